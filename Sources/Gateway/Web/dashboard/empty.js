import { h } from '/shared/dom.js';
import { icon } from '/shared/icons.js';

/** Fills what is shown while there are no guests at all. */
export function fillEmpty(element, onLook) {
  element.append(
    icon('screen'),
    h('h2', {}, 'No guests yet'),
    h('p', {}, 'Guests appear here as soon as they are found. To start three demo guests on this machine:'),
    h('code', {}, 'loco up --guests 3'),
    h('button', { class: 'plain-button', type: 'button', onclick: onLook }, 'Look again'),
  );
}
