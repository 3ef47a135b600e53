/*
 * A classic script in the head: the page's socket opens, and what every page asks for first is
 * asked for, while the modules are still on their way. link/link.js takes the line over.
 */
(() => {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const conversation = /^\/c\/([0-9a-f-]{36})\/?$/i.exec(location.pathname)?.[1].toLowerCase();
  /* The session's own numbers (link/requests.js) begin at 1. */
  let ref = 1_000_000_000;
  const asked = [...(conversation ? [{ type: "open", conversation }] : []), { type: "list" }].map(
    (frame) => ({ ref: ref++, ...frame }),
  );
  const socket = new WebSocket(`${scheme}://${location.host}/ws/`);
  const line = { socket, asked, /** @type {string[]} */ told: [], closed: 0 };
  socket.onopen = () => {
    for (const frame of asked) socket.send(JSON.stringify(frame));
  };
  socket.onmessage = ({ data }) => line.told.push(data);
  socket.onclose = ({ code }) => {
    line.closed = code;
  };
  Object.assign(globalThis, { earlyLine: line });
})();
