// One item as the page shows it: read from the page or from a fragment, put on the stage.

/** What was parsed: the nodes, and what the flow needs to know of the item. */
const cardOf = (root) => {
  const body = root.querySelector("#case");
  const actions = root.querySelector(".actions");
  const held = Boolean(actions && actions.dataset.renew);
  return {
    id: body.dataset.item,
    body,
    actions,
    form: actions && actions.querySelector("#verdict"),
    title: body.dataset.title,
    by: body.dataset.by,
    excerpt: body.dataset.excerpt,
    sequence: body.dataset.sequence,
    held,
    lost: false,
    renewAt: held ? actions.dataset.renew : "",
    lease: held ? 1000 * Number(actions.dataset.lease) : 0,
    endsAt: held ? performance.now() + 1000 * Number(actions.dataset.seconds) : 0,
  };
};

/** The item that the page arrived with; `null` for the page without one. */
export const cardOnPage = () => {
  const body = document.getElementById("case");
  return body.dataset.item ? cardOf(document) : null;
};

/** The item of a fragment. */
export const cardFrom = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  return cardOf(template.content);
};

/** Put nodes in the place of what is shown; where the focus and the eye go is decided here. */
export const put = (body, actions, title) => {
  const acting = document.getElementById("acting");
  noteFocus();
  const acts = document.querySelector(".recent");
  const place = body.querySelector(".recent");
  if (acts && place && place !== acts) place.replaceWith(acts);
  document.getElementById("case").replaceWith(body);
  acting.replaceChildren(...(actions ? [actions] : []));
  document.title = `${title} · Review desk`;
  hold(false);
  focusOn(body);
  bringIntoSight(actions);
};

// Which verdict had the focus: it is lost with the button, or while nothing can be done.
let focused = "";

const noteFocus = () => {
  const button = document.activeElement?.closest("#acting button[name=verdict]");
  if (button) focused = button.value;
};

/** Nothing can be done with what is shown until something else is; `false` takes it back. */
export const hold = (on = true) => {
  if (on) noteFocus();
  for (const part of [document.getElementById("case"), document.querySelector(".actions")]) {
    if (part) part.inert = on;
  }
};

/** How many wait, in the header, as far as this page has changed it. */
export const countWaiting = (change) => {
  const number = document.querySelector(".places [data-count=waiting]");
  if (number) number.textContent = String(Math.max(0, Number(number.textContent) + change));
};

/** What is to be decided is on screen, however long its thread is. */
export const bringIntoSight = (actions) => {
  const subject = document.querySelector(".comment.subject");
  let top = 0;
  if (subject && actions) {
    const box = subject.getBoundingClientRect();
    const fold = innerHeight - actions.offsetHeight - 16;
    // Its words and its reasons where they fit; where they do not, the words alone.
    const parts = [".reasons", ".words"].map((part) => subject.querySelector(part) ?? subject);
    const ends = parts.map((part) => part.getBoundingClientRect().bottom);
    const end = ends.find((bottom) => bottom - box.top < fold) ?? ends.at(-1);
    const under = end + scrollY - fold;
    if (under > 0) top = Math.min(under, box.top + scrollY - 16);
  }
  scrollTo({ top, behavior: "instant" });
};

// Whoever decides with the button under their fingers keeps it; others begin at the heading.
const focusOn = (body) => {
  const same = focused && document.querySelector(`#acting button[value="${focused}"]`);
  focused = "";
  const heading = body.querySelector("h1");
  if (!same && heading) heading.tabIndex = -1;
  (same || heading || document.getElementById("main")).focus({ preventScroll: true });
};
