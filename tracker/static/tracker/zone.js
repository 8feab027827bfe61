// Offers the zone of this device when another one is chosen. Without it the list works all the same.
const hint = document.getElementById("zone-hint");
const select = document.getElementById("id_timezone");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

if (hint && select && [...select.options].some((option) => option.value === zone)) {
  const button = hint.querySelector("button");
  const show = () => { hint.hidden = select.value === zone; };
  button.textContent = `${hint.dataset.label} ${zone.replaceAll("_", " ")}`;
  button.addEventListener("click", () => { select.value = zone; show(); select.focus(); });
  select.addEventListener("change", show);
  show();
}
