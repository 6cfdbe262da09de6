// What the page says: to screen readers, in the banner of the last act, in notices that stay.

/** Say it in the live region. */
export const say = (words) => {
  const region = document.getElementById("said");
  if (region) region.textContent = words;
};

const spare = (name) =>
  document.getElementById(`spare-${name}`).content.firstElementChild.cloneNode(true);

export const announce = (stage) => {
  const done = stage.querySelector("#done");
  const notices = stage.querySelector("#notices");
  const unsent = stage.querySelector("#unsent");

  return {
    say,

    /** The banner of the last act; `undo` where it can be taken back. */
    done: (words, undo = false) => {
      const banner = spare("done");
      banner.querySelector("p").textContent = words;
      if (!undo) banner.querySelector("form").remove();
      done.replaceChildren(banner);
      return banner;
    },

    /** Other words in a banner that is still there, and aloud. */
    correct: (banner, words, undo) => {
      const place = banner.querySelector("p");
      if (!undo) banner.querySelector("form")?.remove();
      if (!banner.isConnected || place.textContent === words) return;
      place.textContent = words;
      say(words);
    },

    clear: () => done.replaceChildren(),

    /** What could not be done, until somebody closes it: `heading`, `explanation`, `link`. */
    notice: ({ heading, explanation = "", excerpt = "", link = "", next = false, word = "" }) => {
      const made = spare("notice");
      made.querySelector("strong").textContent = `${heading}.`;
      made.querySelector("span").textContent = explanation;
      const about = made.querySelector(".about");
      if (excerpt) about.textContent = excerpt;
      else about.remove();
      const way = made.querySelector("[data-way=look]");
      if (link) way.href = link;
      else way.remove();
      if (word) way.textContent = word;
      if (!next) made.querySelector("[data-action=next]").remove();
      made.querySelector("[data-way=close]").addEventListener("click", () => made.remove());
      notices.append(made);
      say(`${heading}. ${explanation}`);
      return made;
    },

    /** How much has not been sent, as long as the server cannot be reached. */
    stuck: (count) => {
      const was = unsent.hidden;
      unsent.hidden = !count;
      if (!count) return;
      const what = count === 1 ? "1 decision is" : `${count} decisions are`;
      unsent.textContent = `No connection. ${what} not sent yet; the page keeps trying.`;
      if (was) say(unsent.textContent);
    },
  };
};

export { spare };
