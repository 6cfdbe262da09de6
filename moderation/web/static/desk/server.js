// Requests to the desk: the token, fields as a form sends them, and what may come back.

const PATIENCE = 15_000;
const AWAY = new Set([429, 502, 503, 504]);

/** The server answered, and did not do it. `details` has the words of the refusal. */
export class Refused extends Error {
  constructor(status, error = {}) {
    super(error.message || "That was not possible.");
    this.status = status;
    this.details = error.details || {};
  }
}

/** Nobody knows whether the server did it: to be asked again. */
export class Unreachable extends Error {}

/** The text of a reply, empty where there is none. Outlives the page that asks. */
export const post = async (address, fields = []) => {
  const headers = {
    Accept: "application/json",
    "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content,
  };
  let reply;
  let text;
  try {
    reply = await fetch(address, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers,
      redirect: "manual",
      keepalive: true,
      signal: AbortSignal.timeout(PATIENCE),
    });
    text = await reply.text();
  } catch {
    throw new Unreachable();
  }
  if (reply.ok) return text;
  if (AWAY.has(reply.status)) throw new Unreachable();
  throw refusal(reply, text);
};

/** The JSON of a page that is only looked at; `null` where it cannot be had. */
export const look = async (address) => {
  try {
    const reply = await fetch(address, { headers: { Accept: "application/json" } });
    return reply.ok ? await reply.json() : null;
  } catch {
    return null;
  }
};

const refusal = (reply, text) => {
  if (reply.status === 401 || reply.type === "opaqueredirect") {
    return new Refused(401, { message: "You are signed out." });
  }
  try {
    return new Refused(reply.status, JSON.parse(text).error);
  } catch {
    return new Refused(reply.status);
  }
};
