// The part of googleapis that `google.discoverAPI` hands its work to: BASE KEY -> JSON.
const { Discovery } = require('googleapis-common');

const [base, key] = process.argv.slice(2);
const found = `${base}/$discovery/rest?version=v1alpha1`;
const failing = async (ask) => {
  try {
    await ask();
  } catch (error) {
    return { status: error.status, code: error.code, message: error.message };
  }
  return {};
};

(async () => {
  const made = await new Discovery({ debug: false, includePrivate: false }).discoverAPI(found);
  const client = made({ version: 'v1alpha1' });
  const text = 'You are a damned idiot.';
  const asked = (words, ...names) => ({
    comment: { text: words },
    requestedAttributes: Object.fromEntries(names.map((name) => [name, {}])),
  });
  const analyze = (resource, withKey = key) => client.comments.analyze({ key: withKey, resource });
  const suggested = await client.comments.suggestscore({
    key,
    resource: {
      comment: { text },
      attributeScores: { TOXICITY: { summaryScore: { value: 1 } } },
      clientToken: 'comment:9',
    },
  });
  process.stdout.write(JSON.stringify({
    analyzed: (await analyze(asked(text, 'TOXICITY', 'INSULT'))).data,
    suggested: [suggested.status, suggested.data],
    foreign: await failing(() => analyze({ ...asked('Bonjour.', 'TOXICITY'), languages: ['fr'] })),
    empty: await failing(() => analyze(asked('', 'TOXICITY'))),
    'bad key': await failing(() => analyze(asked(text, 'TOXICITY'), 'nonsense')),
  }));
})();
