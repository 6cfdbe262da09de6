// From item to item without a page load: the verdict shows at once, the next item is there already,
// and what the server refuses comes back. The server hears of everything in the order it was done.
import * as acts from "./acts.js";
import { spare } from "./announce.js";
import { watchArrivals } from "./arrivals.js";
import { bringIntoSight, cardFrom, cardOnPage, countWaiting, hold, put } from "./card.js";
import { keepLeases } from "./lease.js";
import { makeLine } from "./line.js";
import { post, Refused, Unreachable } from "./server.js";
import { began, nextIsShown } from "./timing.js";

const CALM = 700;
/** Answers that mean: this comment is not yours to decide any more. */
const GONE = new Set([404, 409, 410]);

const plain = (error) =>
  error instanceof Refused ? error.message : "The server's answer makes no sense here";

const isKept = (card) => Boolean(card && card.held && !card.lost);

export const startFlow = (stage, announce) => {
  const line = makeLine(announce.stuck);
  const decisions = new WeakMap();
  let shown = cardOnPage();
  /** The next item, held but not shown; its id is on the stage for whoever watches the desk. */
  let ahead = null;
  let waiting = null;
  let undoing = 0;
  let asked = false;
  let calmUntil = 0;
  let left = false;

  const prepare = (card) => {
    ahead = card;
    stage.dataset.ahead = card ? card.id : "";
  };

  // What is on the stage

  const place = (body, actions, title) => {
    waiting = null;
    put(body, actions, title);
    const home = new URL(stage.dataset.home, location.href);
    if (location.pathname !== home.pathname) history.replaceState(null, "", home);
    document.dispatchEvent(new CustomEvent("desk:shown", { detail: { item: shown?.id ?? null } }));
    countDown();
  };

  const show = (card) => {
    shown = card;
    place(card.body, card.actions, card.title);
  };

  const showEmpty = () => {
    const after = waiting;
    const body = spare("empty");
    shown = null;
    place(body, null, body.dataset.title);
    announce.say(`${after ? after.done : ""} Nothing waits for you.`.trim());
  };

  /** The next item after what has just been done; where it is not here yet, as soon as it is. */
  const goOn = (start, done, decision = null) => {
    shown = null;
    waiting = { start, done, decision };
    if (ahead) arrive(ahead);
    else hold();
    ask();
  };

  const arrive = (card) => {
    if (!waiting) {
      prepare(card);
      return;
    }
    const { start, done } = waiting;
    prepare(null);
    show(card);
    nextIsShown(start);
    announce.say(`${done} Next: comment by ${card.by}.`.trim());
    ask();
  };

  // The next item, claimed while this one is read

  const ask = () => {
    if (asked || ahead || (shown && !isKept(shown))) return;
    asked = true;
    line.push({ run: takeNext });
  };

  const takeNext = async () => {
    // What is not decided yet is held as well, and must not come twice.
    const known = [shown, ...line.pending().map((task) => task.card)].filter(Boolean);
    const fields = known.map((card) => ["on_screen", card.id]);
    const html = ahead ? null : await settled(() => post(stage.dataset.next, fields));
    asked = false;
    if (html) arrive(cardFrom(html));
    else if (html === "" && waiting) {
      // The last one is not given out ahead: it is there for the asking now.
      if (known.length) ask();
      else showEmpty();
    }
  };

  /** What the server says; what it refuses is told, and `null`. */
  const settled = async (request) => {
    try {
      return await request();
    } catch (error) {
      if (error instanceof Unreachable) throw error;
      tell(error);
      return null;
    }
  };

  // Verdicts

  const decide = (button) => {
    if (!ready()) return;
    const start = began();
    const card = shown;
    const word = button.dataset.done;
    const decision = {
      card,
      address: card.form.getAttribute("action"),
      fields: [...new FormData(card.form, button)],
      row: acts.add(card, word),
      banner: announce.done(`${word}.`, true),
      withdrawn: false,
    };
    decisions.set(decision.row, decision);
    if (button.value !== "skip") countWaiting(-1);
    const send = () => post(decision.address, decision.fields);
    line.push({
      card,
      counts: true,
      run: () => heard(decision, send),
      flush: () => decision.withdrawn || send().catch(() => {}),
    });
    goOn(start, `${word}.`, decision);
  };

  const heard = async (decision, send) => {
    try {
      const { message, undo } = JSON.parse(await send());
      if (undo === null) acts.drop(decision.row);
      else acts.settle(decision.row, undo);
      announce.correct(decision.banner, message, undo !== null);
    } catch (error) {
      if (error instanceof Unreachable) throw error;
      rollBack(decision, error);
    }
  };

  const rollBack = (decision, error) => {
    const { card, row, banner, fields } = decision;
    acts.drop(row);
    if (new URLSearchParams(fields).get("verdict") !== "skip") countWaiting(1);
    if (banner.isConnected) announce.clear();
    const gone = GONE.has(error.status);
    const told = tell(error, card, gone ? "" : "Your verdict was not taken; the comment is back.");
    if (gone) {
      // What comes next must not be announced as if the verdict stood.
      if (waiting?.decision === decision) waiting.done = told;
      return;
    }
    if (isKept(shown)) {
      if (ahead) giveBack([ahead]);
      prepare(shown);
    }
    // A key on its way to another comment must not hit this one.
    calmUntil = performance.now() + CALM;
    show(card);
  };

  /** Show what was refused, and why; the words that are read aloud. */
  const tell = (error, card = null, otherwise = "") => {
    const { heading, explanation, excerpt, link } = error.details ?? {};
    const out = error.status === 401;
    const words = (heading ?? plain(error)).replace(/\.$/, "");
    announce.notice({
      heading: words,
      explanation: explanation ?? otherwise,
      excerpt: excerpt || (card ? card.excerpt : ""),
      link: out ? `/login?next=${encodeURIComponent(stage.dataset.home)}` : link,
      word: out ? "Sign in" : "",
    });
    return `${words}. ${explanation ?? otherwise}`.trim();
  };

  // Undo

  const undo = (row) => {
    const decision = decisions.get(row);
    if (decision) decision.withdrawn = true;
    acts.drop(row);
    announce.clear();
    undoing += 1;
    hold();
    const address = row.querySelector("form").getAttribute("action");
    const send = () => {
      const kept = isKept(shown) ? [["on_screen", shown.id]] : [];
      return post(address, [["sequence", row.dataset.sequence], ...kept]);
    };
    line.push({
      counts: true,
      run: async () => {
        // A verdict that was refused has no number, and nothing of it is left to undo.
        const html = row.dataset.sequence ? await settled(send) : null;
        undoing -= 1;
        if (html) comeBack(cardFrom(html), row);
        else if (!waiting) hold(false);
      },
      flush: () => row.dataset.sequence && send().catch(() => {}),
    });
  };

  const comeBack = (card, row) => {
    prepare(isKept(shown) ? shown : null);
    show(card);
    if (row.querySelector("strong").textContent !== "Skipped") countWaiting(1);
    announce.done("Undone. The comment is yours again.");
    announce.say(`Undone. Comment by ${card.by} is yours again.`);
    ask();
  };

  // Leases

  const lose = (card, error) => {
    if (card === ahead) {
      prepare(null);
      ask();
      return;
    }
    card.lost = true;
    for (const control of card.actions.querySelectorAll("button, input")) control.disabled = true;
    const { heading, explanation, link } = error.details;
    document.getElementById("lease-words").textContent = heading;
    card.notice = announce.notice({ heading, explanation, link, next: true });
  };

  const giveBack = (cards) => {
    const held = cards.filter(isKept).map((card) => ["held", `${card.id}:${card.sequence}`]);
    if (held.length) post(stage.dataset.leave, held).catch(() => {});
  };

  const leave = () => {
    if (left) return;
    left = true;
    line.flush();
    giveBack([shown, ahead]);
  };

  const ready = () =>
    Boolean(shown && shown.form && !shown.lost && !undoing) && performance.now() >= calmUntil;

  const countDown = keepLeases(() => [shown, ahead].filter(isKept), lose);
  watchArrivals(stage.dataset.next);
  window.addEventListener("pagehide", leave);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-action=next]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (asked || undoing) return;
    shown?.notice?.remove();
    goOn(began(), "");
  });
  if (shown && !location.hash) bringIntoSight(shown.actions);
  ask();

  return {
    ready,
    leave,
    /** Whether the submit of a form is dealt with here. */
    takes: (event) => {
      const form = event.target;
      if (form.id === "verdict") {
        decide(event.submitter);
        return true;
      }
      const row = form.dataset.undo === "last" ? acts.latest() : form.closest("li[data-item]");
      if (!form.dataset.undo || !row) return false;
      undo(row);
      return true;
    },
  };
};
