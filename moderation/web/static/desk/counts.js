// Keeps the counts of a page fresh: every number stands in an element that names it.

const EVERY = 15_000;
const source = document.querySelector("[data-counts]")?.dataset.counts;
let asking = false;
let stopped = false;

const show = (counts) => {
  for (const place of document.querySelectorAll("[data-count]")) {
    const count = String(counts[place.dataset.count] ?? 0);
    if (place.textContent !== count) place.textContent = count;
  }
};

const refresh = async () => {
  if (asking || stopped || document.visibilityState !== "visible") return;
  asking = true;
  try {
    const reply = await fetch(source, {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      redirect: "error",
    });
    if (reply.ok) show(await reply.json());
    // Signed out, or no longer a moderator: asking again would not help.
    else if (reply.status === 401 || reply.status === 403) stopped = true;
  } catch {
    // The network is away, or signing in is due: the numbers stay as they are.
  } finally {
    asking = false;
  }
};

if (source) {
  setInterval(refresh, EVERY);
  document.addEventListener("visibilitychange", refresh);
}
