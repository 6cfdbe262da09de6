// The words behind the encoder's share take long to find: they are asked for once a comment has been
// on screen for a moment, so that nobody who goes on at once waits for them or makes others wait.

const MOMENT = 400;
let timer = 0;

const find = async () => {
  const place = document.querySelector("#case [data-words]");
  if (!place) return;
  const address = place.dataset.words;
  delete place.dataset.words;
  try {
    const reply = await fetch(address, { credentials: "same-origin" });
    if (!reply.ok || reply.redirected) return;
    const template = document.createElement("template");
    template.innerHTML = await reply.text();
    const found = template.content.firstElementChild;
    delete found.dataset.words;
    place.replaceWith(found);
  } catch {
    // The comment can be judged without them.
  }
};

export const findWords = () => {
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(find, MOMENT);
  };
  document.addEventListener("desk:shown", soon);
  soon();
};
