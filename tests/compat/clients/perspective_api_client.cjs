// perspective-api-client, whose address is fixed, with its requests sent to BASE: BASE KEY -> JSON.
const axios = require('axios');
const Perspective = require('perspective-api-client');

const [base, key] = process.argv.slice(2);
axios.interceptors.request.use((config) => {
  config.url = config.url.replace('https://commentanalyzer.googleapis.com', base);
  return config;
});

const failing = async (apiKey, text, options) => {
  try {
    await new Perspective({ apiKey }).analyze(text, options);
  } catch (error) {
    return { kind: error.name, message: error.message, status: error.response.status };
  }
  return {};
};

(async () => {
  const client = new Perspective({ apiKey: key });
  const text = 'You are a damned idiot.';
  process.stdout.write(JSON.stringify({
    plain: await client.analyze(text),
    many: await client.analyze(text, { attributes: ['toxicity', 'insult', 'flirtation'] }),
    resource: await client.analyze({
      comment: { text: 'The ferry still goes.' },
      requestedAttributes: { OFF_TOPIC: {} },
      context: { entries: [{ text: 'How do I get across while the bridge is closed?' }] },
    }),
    spam: await failing(key, text, { attributes: ['spam'] }),
    'bad key': await failing('nonsense', text),
  }));
})();
