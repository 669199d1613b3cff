import { Group } from '/three/build/three.module.js';
import { statusWords, legWords } from '/shared/status-words.js';
import { levelPart } from '/shared/level.js';
import { Glide } from './glide.js';
import { ACTIVE_SCALE, PLANE } from './layout.js';
import { Picture } from './picture.js';
import { Ring } from './ring.js';
import { FONT, fitted, lines, Sign } from './sign.js';

/** A focused tile is larger than its place: it stands before its neighbours. */
const FOREWARD = 0.08;
const DIMMED = 0.28;

const TONES = { good: '#57d38c', wait: '#f0bf53', bad: '#ff8080', calm: '#989fab', mine: '#f2f0ea' };

/** One guest on the wall: picture, level ring, name, and what goes on while there is no picture. */
export class Tile {
  #instance = null;
  #number = 0;
  #onChange;
  #glides = { x: new Glide(0), y: new Glide(0), z: new Glide(0), turn: new Glide(0), scale: new Glide(1) };
  #placed = false;
  #label = new Sign({ width: PLANE.width, height: 0.07, density: 720 });
  #veil = new Sign({ width: 1, height: 0.42, density: 512 });
  #life = new AbortController();

  player;
  picture;
  ring = new Ring();
  focused = false;
  object = new Group();

  /** `onChange` is called whenever it must be drawn again. */
  constructor({ player, onChange }) {
    this.player = player;
    this.#onChange = onChange;
    this.picture = new Picture({ player, onFresh: onChange });
    this.#label.mesh.position.y = -PLANE.height / 2 - 0.06;
    this.#veil.mesh.position.z = 0.004;
    this.#veil.mesh.renderOrder = 1;
    this.object.add(this.picture.mesh, this.ring.mesh, this.#label.mesh, this.#veil.mesh);
    const { signal } = this.#life;
    player.addEventListener('state', () => this.#show(), { signal });
    player.addEventListener('control', () => this.#show(), { signal });
    player.addEventListener('level', ({ detail }) => {
      this.ring.level = levelPart(detail?.rms);
      onChange();
    }, { signal });
    this.#show();
  }

  /** The guest's name, or its id until the hub has told it. */
  get name() {
    return this.#instance?.name ?? this.player.id;
  }

  get status() {
    return statusWords(this.#instance?.status).word;
  }

  /** Shows what the hub says about the guest now. `number` is the key that selects it. */
  update(instance, number) {
    this.#instance = instance;
    this.#number = number;
    this.#show();
  }

  /** Sends the tile to its place of the layout; the first time it is there at once. */
  place(place) {
    const { x, y, z, turn } = this.#glides;
    for (const [glide, value] of [[x, place.x], [y, place.y], [z, place.z], [turn, place.turn]]) {
      if (this.#placed) glide.target = value;
      else glide.jump(value);
    }
    this.#placed = true;
    this.#onChange();
  }

  set focus(focused) {
    this.focused = focused;
    this.#glides.scale.target = focused ? ACTIVE_SCALE : 1;
    this.#show();
  }

  /** Goes on for `seconds`; true while something moves. */
  step(seconds) {
    let moves = this.picture.step(seconds);
    moves = this.ring.step(seconds) || moves;
    const { x, y, z, turn, scale } = this.#glides;
    for (const glide of [x, y, z, turn, scale]) moves = glide.step(seconds) || moves;
    this.object.position.set(x.value, y.value, z.value);
    this.object.rotation.y = turn.value;
    this.object.scale.setScalar(scale.value);
    // Forward within the group, whose own place stays that of the layout, and of the guest's sound.
    const before = (FOREWARD * (scale.value - 1)) / (ACTIVE_SCALE - 1);
    this.picture.mesh.position.z = before;
    this.ring.mesh.position.z = before;
    this.#label.mesh.position.z = before + 0.002;
    this.#veil.mesh.position.z = before + 0.004;
    return moves;
  }

  close() {
    this.#life.abort();
    this.picture.close();
    this.ring.close();
    this.#label.close();
    this.#veil.close();
  }

  #show() {
    const { player } = this;
    const { holder, you } = player.control;
    const playing = player.state === 'playing';
    const { word, tone } = statusWords(this.#instance?.status);
    const control = you ? 'You control' : holder ? 'Controlled by another viewer' : '';
    this.#label.say([this.#number, this.name, control || word, you ? 'mine' : holder ? 'calm' : tone], paintLabel);
    this.ring.mark({ focused: this.focused, controlled: you });
    if (!playing) this.ring.level = 0;
    this.picture.light = playing ? 1 : DIMMED;
    const [title, detail] = playing ? ['', ''] : this.#words();
    this.#veil.say([title, detail, Boolean(player.failure)], paintVeil);
    this.#veil.mesh.visible = title !== '';
    this.#onChange();
  }

  #words() {
    const { player } = this;
    const booting = this.#instance?.status === 'booting' && this.#instance.ready !== true;
    if (booting) return ['Starting', 'The guest is booting.'];
    if (player.failure) return [player.failure.title, player.failure.detail];
    if (player.state === 'idle') return ['Not connected', ''];
    return ['Connecting', legWords[player.leg] ?? ''];
  }
}

function paintLabel(context, [number, name, word, tone], { width, height }) {
  const middle = height / 2 + 1;
  context.textBaseline = 'middle';
  context.font = `500 ${height * 0.62}px ${FONT}`;
  context.textAlign = 'right';
  context.fillStyle = TONES[tone];
  context.fillText(word, width - 4, middle);
  const taken = context.measureText(word).width + height;
  if (tone !== 'calm' && tone !== 'mine') {
    context.beginPath();
    context.arc(width - taken + height * 0.45, middle - 1, height * 0.13, 0, 7);
    context.fill();
  }
  context.textAlign = 'left';
  context.fillStyle = '#989fab';
  const key = number ? `${number}` : '';
  context.fillText(key, 4, middle);
  context.fillStyle = '#eceae6';
  context.font = `600 ${height * 0.66}px ${FONT}`;
  const start = key ? height * 0.85 : 4;
  context.fillText(fitted(context, name, width - taken - start - height * 0.4), start, middle);
}

function paintVeil(context, [title, detail, failed], { width, height }) {
  if (!title) return;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = failed ? '#ff9a9a' : '#eceae6';
  context.font = `600 ${height * 0.16}px ${FONT}`;
  context.fillText(fitted(context, title, width - 20), width / 2, height * 0.3);
  context.fillStyle = '#c3c8d0';
  context.font = `400 ${height * 0.105}px ${FONT}`;
  lines(context, detail, width - 40, 3).forEach((line, index) => {
    context.fillText(line, width / 2, height * (0.5 + index * 0.14));
  });
}
