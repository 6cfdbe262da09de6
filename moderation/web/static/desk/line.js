// What the server is to be told, in order and one at a time, again until it is heard.
import { Unreachable } from "./server.js";

const LONGEST_WAIT = 15_000;

/**
 * A task has `run()`, which throws `Unreachable` to be tried again and handles all else itself;
 * `counts`, whether a person would miss it; and `flush()` for a page that is being left.
 */
export const makeLine = (whenStuck) => {
  const tasks = [];
  let busy = false;
  let failures = 0;
  let timer = 0;

  const missed = () => tasks.filter((task) => task.counts).length;

  const next = async () => {
    clearTimeout(timer);
    if (busy || !tasks.length) return;
    busy = true;
    try {
      await tasks[0].run();
      tasks.shift();
      failures = 0;
    } catch (error) {
      if (!(error instanceof Unreachable)) {
        tasks.shift();
        reportError(error);
      } else {
        failures += 1;
        timer = setTimeout(next, Math.min(LONGEST_WAIT, 500 * 2 ** failures));
      }
    }
    busy = false;
    whenStuck(failures ? missed() : 0);
    if (!failures) next();
  };

  window.addEventListener("online", next);
  // Closing the window now would lose what could not be sent.
  window.addEventListener("beforeunload", (event) => {
    if (failures && missed()) event.preventDefault();
  });

  return {
    push: (task) => {
      tasks.push(task);
      if (failures) whenStuck(missed());
      next();
    },
    pending: () => tasks.slice(),
    flush: () => {
      // What is on its way outlives the page by itself.
      for (const task of tasks.splice(0).slice(busy ? 1 : 0)) task.flush?.();
    },
  };
};
