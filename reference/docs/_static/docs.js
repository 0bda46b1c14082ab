addEventListener("DOMContentLoaded", () => {
  // What scrolls sideways can be reached, and so scrolled, without a mouse.
  for (const box of document.querySelectorAll(".table-wrapper, .highlight pre, div.math")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
  // Two landmarks of one kind need names.
  document.querySelector(".sidebar-drawer")?.setAttribute("aria-label", "All pages");
  document.querySelector(".toc-drawer")?.setAttribute("aria-label", "On this page");
});
