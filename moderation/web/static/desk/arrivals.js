// While nothing waits: ask now and then, with the tab in front, and say when something has come in.
import { say } from "./announce.js";
import { look } from "./server.js";

const EVERY = 20_000;

/** Asks `address` as long as the empty page is shown. */
export const watchArrivals = (address) => {
  const ask = async () => {
    const news = document.getElementById("news");
    if (!news || !news.hidden || document.visibilityState !== "visible") return;
    const found = await look(address);
    if (!found?.waits || !news.isConnected) return;
    news.hidden = false;
    document.title = `Something has come in · Review desk`;
    say(news.textContent);
  };
  document.addEventListener("visibilitychange", ask);
  setInterval(ask, EVERY);
};
