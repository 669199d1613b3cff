const flip = (preferences, name) => preferences.set(name, !preferences.get(name));

/** What keys do while no guest is controlled, by their W3C codes; a function that gives false did not take the key. */
export function shortcuts(room, preferences) {
  const { menu, keyboard, wall } = room;
  const inMenu = (act) => () => menu.board.visible && act();
  const digit = (number) => ({ shiftKey }) => {
    const id = wall.at(number)?.player.id;
    if (id === undefined) return;
    if (shiftKey) room.active.toggle(id);
    else room.select([id]);
  };
  return {
    ...Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`Digit${index + 1}`, digit(index + 1)])),
    Digit0: () => room.select([]),
    Enter: () => {
      if (menu.board.visible) menu.board.choose();
      else room.takeControl();
    },
    ArrowUp: inMenu(() => menu.board.move(-1)),
    ArrowDown: inMenu(() => menu.board.move(1)),
    Escape: () => [menu, keyboard].forEach((one) => one.board.visible && one.close()),
    KeyM: () => room.toggleMenu(),
    KeyK: () => room.toggleKeyboard(),
    KeyC: () => flip(preferences, 'curved'),
    KeyL: () => void room.lockMouse(),
    KeyR: () => room.recentre(),
    KeyH: () => flip(preferences, 'hints'),
    PageDown: () => wall.turn(1),
    PageUp: () => wall.turn(-1),
  };
}

/** The switches below the list of guests in the scene: `[{text, on, press}]`. */
export function switches(room, preferences) {
  return [
    { text: 'Curved', on: preferences.get('curved'), press: () => flip(preferences, 'curved') },
    { text: 'Mono', on: preferences.get('mono'), press: () => flip(preferences, 'mono') },
    { text: 'Keyboard', on: room.keyboard.board.visible, press: () => room.toggleKeyboard() },
    { text: 'No focus', press: () => room.select([]) },
    ...(room.wall.pages > 1 ? [{ text: 'More', press: () => room.wall.turn(1) }] : []),
  ];
}
