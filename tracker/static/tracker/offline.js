// Says so when the connection is gone, and keeps a form from being sent into nothing: the answers stay on the page.
const notice = document.getElementById("offline");

function show() {
  if (notice) notice.hidden = navigator.onLine;
}

document.addEventListener("submit", (event) => {
  show();
  if (navigator.onLine || !notice) return;
  event.preventDefault();
  notice.scrollIntoView({ block: "center" });
});
addEventListener("online", show);
addEventListener("offline", show);
show();
