// OpenAI's own client for Node: BASE KEY -> JSON.
const OpenAI = require('openai').default || require('openai');

const [base, key] = process.argv.slice(2);
const clientWith = (apiKey) => new OpenAI({ baseURL: `${base}/v1`, apiKey });
const failing = async (client, asked) => {
  try {
    await client.moderations.create(asked);
  } catch (error) {
    return { kind: error.constructor.name, code: error.code, type: error.type, param: error.param };
  }
  return {};
};

(async () => {
  const client = clientWith(key);
  const text = 'You are a damned idiot.';
  const image = { type: 'image_url', image_url: { url: 'https://news.example.org/a.png' } };
  const one = await client.moderations.create({ input: text, model: 'omni-moderation-latest' });
  process.stdout.write(JSON.stringify({
    one,
    many: await client.moderations.create({ input: [text, 'Good morning to all of you.'] }),
    parts: await client.moderations.create({ input: [{ type: 'text', text }, image] }),
    harassment: one.results[0].category_scores.harassment,
    empty: await failing(client, { input: '' }),
    model: await failing(client, { input: 'a', model: 'gpt-4o' }),
    'bad key': await failing(clientWith('nonsense'), { input: 'a' }),
  }));
})();
