// Single keys press the controls that are on the page; which key is whose, the key map says.
import { say } from "./announce.js";
import { keyWentDown } from "./timing.js";
import { isTyping, keysAreOff, rememberKeysOff } from "./typing.js";

export const startKeys = (flow) => {
  const dialog = document.getElementById("key-map");
  if (!dialog) return;
  const actions = new Map(
    Object.entries(JSON.parse(document.body.dataset.keys)).map(([name, key]) => [key, name]),
  );
  let off = keysAreOff();

  const box = document.getElementById("keys-on");
  box.checked = !off;
  box.addEventListener("change", () => {
    off = !box.checked;
    rememberKeysOff(off);
  });

  const showKeys = () => {
    if (!document.querySelector("dialog[open]")) dialog.showModal();
  };
  const offerKeys = () => {
    const button = document.getElementById("show-keys");
    if (button) button.hidden = false;
  };
  offerKeys();
  document.addEventListener("desk:shown", offerKeys);
  document.addEventListener("click", (event) => {
    if (event.target.closest("#show-keys")) showKeys();
  });

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (event.repeat) {
      // A key held down must not decide the comments that follow, on no button either.
      if (event.key === "Enter" && event.target.closest?.("#acting button")) event.preventDefault();
      return;
    }
    if (isTyping(event.target)) return;
    const name = actionOf(event, actions);
    if (name === "help") {
      event.preventDefault();
      showKeys();
    } else if (name && (!off || isUndoChord(event)) && act(name, event)) {
      event.preventDefault();
    }
  });

  const act = (name, event) => {
    if (name === "search") return searchField();
    if (name.startsWith("label ")) return toggleLabel(Number(name.slice(6)), flow);
    const control = document.querySelector(`[data-action="${name}"]`);
    if (!control || control.disabled) return false;
    keyWentDown(event.timeStamp);
    control.click();
    return true;
  };
};

const isUndoChord = (event) =>
  (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key === "z";

/** What a key stands for: an action, `label 3`, or nothing. */
const actionOf = (event, actions) => {
  if (isUndoChord(event)) return "undo";
  const typed = event.getModifierState("AltGraph");
  if (!typed && (event.ctrlKey || event.metaKey || event.altKey)) return undefined;
  const found = actions.get(event.key.toLowerCase());
  if (found) return found;
  // Where digits need Shift, the key that bears one is taken as it is.
  const bears = event.shiftKey ? "" : (/^(?:Digit|Numpad)([1-7])$/.exec(event.code)?.[1] ?? "");
  const digit = /^[1-7]$/.test(event.key) ? event.key : bears;
  return digit ? `label ${digit}` : undefined;
};

const searchField = () => {
  const field = document.querySelector("input[type=search][name=q]");
  if (!field) return false;
  field.focus();
  field.select();
  return true;
};

const toggleLabel = (number, flow) => {
  const chip = document.querySelectorAll("#verdict [name=labels]")[number - 1];
  if (!chip || (flow && !flow.ready())) return false;
  const folded = chip.closest("details");
  if (folded) folded.open = true;
  chip.click();
  const name = chip.parentElement.querySelector(".name").textContent;
  say(chip.checked ? `Named: ${name}.` : `Not named any more: ${name}.`);
  return true;
};
