// Keys, the lease and the key map of the review pages. Every form works without this file.
"use strict";

(() => {
  const IDLE_SECONDS = 15 * 60;
  const KEYS_OFF = "review.keys.off";
  const actions = document.querySelector(".actions");
  const keyMap = document.getElementById("key-map");
  let leaving = false;

  const say = (words) => {
    const region = document.getElementById("said");
    if (region) region.textContent = words;
  };

  // A live region speaks of changes only, so what the page arrived with is put in afterwards.
  const news = document.querySelector(".banner p");
  if (news) setTimeout(() => say(news.textContent), 150);

  const remembered = () => {
    try {
      return localStorage.getItem(KEYS_OFF) === "yes";
    } catch {
      return false;
    }
  };

  const remember = (off) => {
    try {
      localStorage.setItem(KEYS_OFF, off ? "yes" : "no");
    } catch {
      // Storage may be closed to us: then the choice lasts as long as the page.
    }
  };

  // What is to be decided is on screen, however long its thread is.
  const subject = document.querySelector(".comment.subject");
  if (subject && actions && !location.hash) {
    const fold = innerHeight - actions.offsetHeight;
    const box = subject.getBoundingClientRect();
    if (box.bottom > fold) scrollBy(0, Math.min(box.bottom - fold + 16, box.top - 16));
  }

  // Keys

  let keysOff = remembered();
  const keysOn = document.getElementById("keys-on");
  if (keysOn) {
    keysOn.checked = !keysOff;
    keysOn.addEventListener("change", () => {
      keysOff = !keysOn.checked;
      remember(keysOff);
    });
  }

  const showKeys = () => {
    if (keyMap && !keyMap.open) keyMap.showModal();
  };
  const keysButton = document.getElementById("show-keys");
  if (keysButton) {
    keysButton.hidden = false;
    keysButton.addEventListener("click", showKeys);
  }

  const isTyping = (target) =>
    target instanceof Element &&
    target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;

  document.addEventListener("keydown", (event) => {
    // A key held down must not decide the comments that follow.
    if (event.repeat || leaving || isTyping(event.target)) return;
    if (keyMap && keyMap.open) return;
    const undoChord = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === "z";
    if (!undoChord && (event.ctrlKey || event.metaKey || event.altKey)) return;
    if (event.key === "?") {
      event.preventDefault();
      showKeys();
      return;
    }
    if (keysOff && !undoChord) return;
    const key = event.key.toLowerCase();
    if (!/^[arsezn]$/.test(key)) return;
    const control = document.querySelector(`[data-key="${key}"]`);
    if (!control || control.disabled) return;
    event.preventDefault();
    control.click();
  });

  // One submit per page: a double click is not two verdicts.
  document.addEventListener("submit", (event) => {
    if (event.target.method === "dialog") return;
    if (leaving) {
      event.preventDefault();
      return;
    }
    leaving = true;
  });
  window.addEventListener("pageshow", (event) => {
    // A page brought back from the browser's cache shows what may be decided by now.
    if (event.persisted) location.reload();
  });

  // Lease

  if (!actions || !actions.dataset.renew) return;
  const note = actions.querySelector(".lease");
  const words = document.getElementById("lease-words");
  const lease = Number(actions.dataset.lease);
  const token = document.querySelector("meta[name=csrf-token]").content;
  let endsAt = performance.now() + 1000 * Number(actions.dataset.seconds);
  let lastSeen = performance.now();
  let asking = false;
  let lost = false;
  let announced = "";

  for (const kind of ["keydown", "pointerdown", "pointermove", "scroll", "touchstart"]) {
    document.addEventListener(kind, () => (lastSeen = performance.now()), { passive: true });
  }

  // A number that moves every second is no company for a day: it does so only near the end.
  const inWords = (seconds) =>
    seconds > 120
      ? `${Math.ceil(seconds / 60)} min`
      : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

  const show = () => {
    if (lost) return;
    const left = Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
    note.classList.toggle("ending", left > 0 && left <= 60);
    note.classList.toggle("ended", left === 0);
    const state = left === 0 ? "ended" : left <= 60 ? "ending" : "yours";
    words.textContent =
      left === 0 ? "Your hold has ended: others may take it" : `Yours for ${inWords(left)}`;
    if (state !== announced && state !== "yours") {
      say(left === 0 ? "Your hold on this comment has ended." : "Your hold ends in a minute.");
    }
    announced = state;
  };

  const lose = (message) => {
    lost = true;
    note.classList.add("ended");
    words.textContent = message;
    say(message);
  };

  const renew = async () => {
    if (asking || lost || leaving) return;
    asking = true;
    try {
      const reply = await fetch(actions.dataset.renew, {
        method: "POST",
        headers: { "X-CSRFToken": token, Accept: "application/json" },
        credentials: "same-origin",
      });
      const body = await reply.json();
      if (reply.ok) endsAt = performance.now() + 1000 * body.seconds_left;
      else if (reply.status === 409 || reply.status === 410) lose(body.error.message);
    } catch {
      // The network is away: the countdown goes on and the next tick asks again.
    } finally {
      asking = false;
      show();
    }
  };

  const tick = () => {
    const left = (endsAt - performance.now()) / 1000;
    const awake = (performance.now() - lastSeen) / 1000 < IDLE_SECONDS;
    // A hidden tab, or one that nobody is at, lets go of the comment.
    if (document.visibilityState === "visible" && awake && left < (2 * lease) / 3) renew();
    show();
  };

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") renew();
  });
  setInterval(tick, 1000);
  show();
})();
