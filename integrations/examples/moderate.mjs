// A comment from article to report with fetch alone (Node 18 or newer, Deno, Bun, workers).
// MODERATION_URL=http://127.0.0.1:8000 MODERATION_KEY=site_... node moderate.mjs
// The key belongs on a server, never in a page.
const { MODERATION_URL: base, MODERATION_KEY: key } = process.env;

async function ask(method, path, body, tries = 3) {
  const answer = await fetch(base + path, {
    method,
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const read = answer.status === 204 ? null : await answer.json();
  if (answer.ok) return read;
  if ([429, 503].includes(answer.status) && tries > 1) {
    const seconds = Number(answer.headers.get("Retry-After") ?? 1);
    if (seconds <= 30) {
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      return ask(method, path, body, tries - 1);
    }
  }
  const { code, message, request_id } = read.error;
  throw Object.assign(new Error(`${answer.status} ${code}: ${message} (${request_id})`), { code });
}

// What to do with a comment. Only a decision that says "allow" shows it.
function whatToDo(answer) {
  if (answer.decision === "allow") return "show it";
  if (answer.decision === "review" || answer.decision === "block") return "do not show it yet";
  return answer.wanted === "publish" ? "show it, unjudged" : "nobody has judged it: hold it";
}

await ask("PUT", "/v1/articles/bridge-1", {
  title: "Bridge closed",
  text: "It is closed until May.",
});

const { results } = await ask("POST", "/v1/classify", {
  comments: [{ text: "Thank you." }, { text: "You are an idiot." }, { text: "" }],
});
for (const result of results) {
  console.log(result.error ? `no answer: ${result.error.code}` : `${result.decision}: ${whatToDo(result)}`);
}

const kept = await ask("POST", "/v1/comments", {
  id: "node-1",
  text: "You are an idiot.",
  article_id: "bridge-1",
});
console.log(kept.id, kept.status, whatToDo(kept));

const report = await ask("POST", "/v1/comments/node-1/reports", { by: "u-8", reason: "insult" });
console.log("reported:", report.stage);

try {
  await ask("POST", "/v1/comments", { id: "node-2", text: "" });
} catch (error) {
  console.log("refused:", error.code);
}
