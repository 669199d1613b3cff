import { ACTIONS, BUTTONS, KEYS } from './bindings.js';
import { FONT, Sign } from './sign.js';

/** The controllers' buttons in words, on the floor before a person who wears a headset; out of the way, but there. */
export class FloorHint {
  #sign = new Sign({ width: 1.5, height: 0.42, density: 640 });

  constructor(scene) {
    const { mesh } = this.#sign;
    mesh.position.set(0, 0.02, -1.45);
    mesh.rotation.x = -Math.PI / 2.6;
    mesh.visible = false;
    scene.add(mesh);
  }

  /** Shows what the buttons do by these bindings. */
  show(bindings) {
    const words = (action) => (ACTIONS[action] ?? KEYS[action]).toLowerCase();
    const others = ['squeeze', 'a', 'b', 'x', 'y', 'stick'].map((one) => `${BUTTONS[one]}: ${words(bindings[one])}`);
    this.#sign.say(['Trigger: focus a guest, then control it', others.slice(0, 3).join('   ·   '), others.slice(3).join('   ·   ')], paint);
    this.#sign.mesh.visible = true;
  }

  hide() {
    this.#sign.mesh.visible = false;
  }
}

function paint(context, lines, { width, height }) {
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  lines.forEach((line, index) => {
    context.font = `${index === 0 ? 600 : 400} ${height * (index === 0 ? 0.17 : 0.13)}px ${FONT}`;
    context.fillStyle = index === 0 ? '#eceae6' : '#a4abb6';
    context.fillText(line, width / 2, height * (0.2 + index * 0.29));
  });
}
