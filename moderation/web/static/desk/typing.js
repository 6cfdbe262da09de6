// When a key is a letter of somebody's text, or single keys are switched off in this browser.

const KEYS_OFF = "review.keys.off";

export const isTyping = (target) =>
  target instanceof Element &&
  target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;

export const keysAreOff = () => {
  try {
    return localStorage.getItem(KEYS_OFF) === "yes";
  } catch {
    return false;
  }
};

export const rememberKeysOff = (off) => {
  try {
    localStorage.setItem(KEYS_OFF, off ? "yes" : "no");
  } catch {
    // Storage may be closed to us: then the choice lasts as long as the page.
  }
};
