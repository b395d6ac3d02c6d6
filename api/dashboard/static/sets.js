"use strict";
// The matrix of a set, and the list of what is open, open the finding that they lead to, where both stand beside each other.
document.addEventListener("click", (event) => {
  const link = event.target.closest('.set-matrix a[href^="#f-"], .open-points a');
  const finding = link && document.getElementById(link.hash.slice(1));
  if (!finding) return;
  event.preventDefault();
  finding.open = true;
  finding.querySelector("summary").focus({ preventScroll: finding.closest(".findings-list") !== null });
});
