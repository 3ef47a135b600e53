/** What Django's administration lacks for everybody to use it, and builds only in the browser. */

// The signs beside its filters are pictures with a name; a plain <span> may not have one.
addEventListener("load", () => {
  for (const sign of document.querySelectorAll("span[aria-label]:not([role])"))
    sign.setAttribute("role", "img");
});
