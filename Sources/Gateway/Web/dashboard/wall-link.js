import { addressOf, pages } from '/shared/api.js';
import { icon } from '/shared/icons.js';

/** Shows `element`, a link, as the way to the VR wall, where the hub serves one. */
export async function linkWall(element) {
  const { vr } = await pages().catch(() => ({ vr: null }));
  if (!vr) return;
  element.href = addressOf(vr);
  element.prepend(icon('wall'));
  element.hidden = false;
}
