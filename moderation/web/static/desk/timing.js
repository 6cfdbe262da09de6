// How long it took from the key to the next item on screen, for whoever measures the desk:
// performance.getEntriesByName("verdict-to-next").

export const NAME = "verdict-to-next";
let pressed = null;

/** A key went down at this time stamp of an event. */
export const keyWentDown = (stamp) => {
  pressed = stamp;
};

/** The next item is in the page: the measure ends once it has been painted. */
export const nextIsShown = (start) => {
  requestAnimationFrame(() => {
    // A message is handled after the frame it was sent from.
    const channel = new MessageChannel();
    channel.port1.onmessage = () => performance.measure(NAME, { start, end: performance.now() });
    channel.port2.postMessage(null);
  });
};

/** When the key of the act that is being handled went down; now, where it was none. */
export const began = () => {
  const at = pressed ?? performance.now();
  pressed = null;
  return at;
};
