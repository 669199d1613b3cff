/** Line icons on a 24 unit grid, drawn in the text's colour. */
const shapes = {
  check: 'M5 12.5l4.5 4.5L19 7.5',
  play: 'M8 5.5v13l10.5-6.5z',
  hourglass: 'M7 4h10M7 20h10M8 4c0 5 8 5.5 8 8s-8 3-8 8M16 4c0 5-8 5.5-8 8s8 3 8 8',
  warning: 'M12 4.5L2.8 20h18.4zM12 10.5v4M12 17.2v.1',
  cross: 'M7 7l10 10M17 7L7 17',
  question: 'M9.2 9.2a2.9 2.9 0 1 1 4.3 2.6c-1 .6-1.5 1.2-1.5 2.3M12 17.2v.1',
  sound: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11',
  mono: 'M5 5.5l7 6.5 7-6.5M12 12v7.5',
  gamepad: 'M7.5 7.5h9a5 5 0 0 1 4.6 7c-.9 2-3 2.1-4.2.5l-1-1.3H8.1l-1 1.3c-1.2 1.6-3.3 1.5-4.2-.5a5 5 0 0 1 4.6-7zM8.3 9.4v3M6.8 10.9h3M15.3 9.9h.1M17.2 11.8h.1',
  silent: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5',
  mouse: 'M12 3.5a5.5 5.5 0 0 1 5.5 5.5v6a5.5 5.5 0 0 1-11 0V9A5.5 5.5 0 0 1 12 3.5zM12 7v3.5',
  expand: 'M4.5 9V4.5H9M15 4.5h4.5V9M19.5 15v4.5H15M9 19.5H4.5V15',
  shrink: 'M9 4.5V9H4.5M19.5 9H15V4.5M15 19.5V15h4.5M4.5 15H9v4.5',
  refresh: 'M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 4v4.5H15',
  person: 'M12 12a3.7 3.7 0 1 0 0-7.4 3.7 3.7 0 0 0 0 7.4zM5 19.5c.6-3.3 3.4-5 7-5s6.4 1.7 7 5',
  keyboard: 'M3.5 7h17v10.5h-17zM7 10.5h.1M10.3 10.5h.1M13.7 10.5h.1M17 10.5h.1M8 14h8',
  left: 'M14.5 6l-6 6 6 6',
  right: 'M9.5 6l6 6-6 6',
  plug: 'M9 3.5V8M15 3.5V8M6.5 8h11v3a5.5 5.5 0 0 1-11 0zM12 16.5v4',
  screen: 'M3.5 5h17v11h-17zM9 20h6M12 16v4',
  wall: 'M3.5 8.5c5.5 1.6 11.5 1.6 17 0v8c-5.5-1.6-11.5-1.6-17 0zM9.2 9.5v6M14.8 9.5v6',
  command: 'M9 9h6v6H9zM9 9H6.8A2.3 2.3 0 1 1 9 6.8zM15 9V6.8A2.3 2.3 0 1 1 17.2 9zM15 15h2.2a2.3 2.3 0 1 1-2.2 2.2zM9 15v2.2A2.3 2.3 0 1 1 6.8 15z',
  focus: 'M12 12h.01M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM12 2.5v4M12 17.5v4M2.5 12h4M17.5 12h4',
  more: 'M5.5 12h.01M12 12h.01M18.5 12h.01',
  record: 'M12 7.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z',
  stop: 'M7.5 7.5h9v9h-9z',
  camera: 'M4 8h3.5L9 5.5h6L16.5 8H20v11H4zM12 10a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4z',
  download: 'M12 4v10M7.5 10l4.5 4.5L16.5 10M5 19.5h14',
  trash: 'M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7',
  minus: 'M6 12h12',
  plus: 'M6 12h12M12 6v12',
  eye: 'M2.8 12S6 5.8 12 5.8 21.2 12 21.2 12 18 18.2 12 18.2 2.8 12 2.8 12zM12 9.4a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2z',
  dot: 'M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10z',
  dotHalf: 'M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM12 8.6v4M12 15.2v.1',
  dotCross: 'M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM9.7 9.7l4.6 4.6M14.3 9.7l-4.6 4.6',
  dotOpen: 'M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10z',
};

const svg = 'http://www.w3.org/2000/svg';

/** An icon by name; hidden from screen readers, for the word beside it or the label around it says the same. */
export function icon(name) {
  const element = document.createElementNS(svg, 'svg');
  element.setAttribute('viewBox', '0 0 24 24');
  element.setAttribute('class', 'icon');
  element.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(svg, 'path');
  path.setAttribute('d', shapes[name]);
  element.append(path);
  element.dataset.icon = name;
  return element;
}

/** Shows another icon in place of the one given. */
export function changeIcon(element, name) {
  if (element.dataset.icon === name) return;
  element.dataset.icon = name;
  element.firstChild.setAttribute('d', shapes[name]);
}
