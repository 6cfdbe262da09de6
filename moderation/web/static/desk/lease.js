// Keeps what the page holds for as long as somebody is at it, and counts down what is in front.
import { say } from "./announce.js";
import { post, Refused } from "./server.js";

const IDLE = 15 * 60 * 1000;

/** `cards()` gives what is held, that on screen first; `whenLost(card, details)` hears of losses. */
export const keepLeases = (cards, whenLost) => {
  let lastSeen = performance.now();
  let told = "";
  const asking = new Set();

  for (const kind of ["keydown", "pointerdown", "pointermove", "scroll", "touchstart"]) {
    document.addEventListener(kind, () => (lastSeen = performance.now()), { passive: true });
  }

  const renew = async (card) => {
    if (asking.has(card)) return;
    asking.add(card);
    try {
      const reply = JSON.parse(await post(card.renewAt));
      card.endsAt = performance.now() + 1000 * reply.seconds_left;
    } catch (error) {
      // Where the network is away, the countdown goes on and the next tick asks again.
      if (error instanceof Refused && [404, 409, 410].includes(error.status)) {
        if (cards().includes(card)) whenLost(card, error);
      }
    } finally {
      asking.delete(card);
      count();
    }
  };

  const tick = (least) => {
    // A hidden tab, or one that nobody is at, lets go of what it holds.
    const awake = performance.now() - lastSeen < IDLE;
    if (document.visibilityState === "visible" && awake) {
      for (const card of cards()) {
        if (card.endsAt - performance.now() < least * card.lease) renew(card);
      }
    }
    count();
  };

  const count = () => {
    const [card] = cards();
    const words = document.getElementById("lease-words");
    if (!card || !words || !card.actions.contains(words)) return;
    const left = Math.max(0, Math.ceil((card.endsAt - performance.now()) / 1000));
    const state = left === 0 ? "ended" : left <= 60 ? "ending" : "yours";
    const note = words.closest(".lease");
    note.classList.toggle("ending", state === "ending");
    note.classList.toggle("ended", state === "ended");
    words.textContent = left ? `Yours for ${inWords(left)}` : "Your hold has ended: others may take it";
    const now = `${card.id} ${state}`;
    if (now !== told && state !== "yours") {
      say(left ? "Your hold ends in a minute." : "Your hold on this comment has ended.");
    }
    told = now;
  };

  document.addEventListener("visibilitychange", () => {
    lastSeen = performance.now();
    tick(2);
  });
  setInterval(() => tick(2 / 3), 1000);
  count();
  return count;
};

// A number that moves every second is no company for a day: it does so only near the end.
const inWords = (seconds) =>
  seconds > 120
    ? `${Math.ceil(seconds / 60)} min`
    : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
