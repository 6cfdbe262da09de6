// The desk in a browser: puts the parts together. Every form works without any of this.
import { announce, say } from "./announce.js";
import { startFlow } from "./flow.js";
import { startKeys } from "./keys.js";
import { findWords } from "./words.js";

// A live region speaks of changes only, so what the page arrived with is put in afterwards.
const news = document.querySelector(".banner p:not([hidden])");
if (news && news.textContent.trim()) setTimeout(() => say(news.textContent.trim()), 150);

const stage = document.getElementById("stage");
const flow = stage ? startFlow(stage, announce(stage)) : null;
startKeys(flow);
if (stage) findWords();

// One submit per page: a double click is not two verdicts.
let leaving = false;
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method === "dialog") return;
  if (flow && flow.takes(event)) {
    event.preventDefault();
    return;
  }
  if (leaving) event.preventDefault();
  leaving = true;
  // Signing out ends the session with which anything could still be sent.
  if (flow && event.target.matches(".account")) flow.leave();
});

window.addEventListener("pageshow", (event) => {
  // A page brought back from the browser's cache shows what may be decided by now.
  if (event.persisted) location.reload();
});
