import { ApiError, recover } from '/shared/api.js';
import { h, setAttribute, setText } from '/shared/dom.js';
import { ago, isUnderWay, outcomeWords, strategyDone, strategyWords } from './panel-words.js';

const refusals = {
  401: 'The hub does not know you: sign in again to recover guests.',
  403: 'You have no right to recover guests: that takes the admin’s token.',
};

/** What to ask before acting all the same, by the code of the hub's answer. */
const questions = {
  'attempts-exhausted': 'All attempts are used, and the guest is still not well.',
  'recovery-blocked': 'Something keeps the hub from doing it by itself.',
  'not-needed': 'Nothing that is measured asks for it.',
};
const RISK = 'Trying all the same may restart the guest, which loses what it has not saved.';

/**
 * What is being done to mend the instance, and the button that asks for it. Where the hub would not act by itself, a
 * second step asks whether it shall all the same.
 * Event: `asked` (the hub began something).
 */
export class PanelRecovery extends EventTarget {
  #id = null;
  #status = null;
  #isNeeded = true;
  #line = h('p', { class: 'recovery-line' });
  #detail = h('p', { class: 'recovery-detail' });
  #answer = h('p', { class: 'recovery-answer', role: 'status' });
  #button = h('button', { class: 'plain-button recover', type: 'button', onclick: () => this.#press() }, 'Recover');
  #right = h('p', { class: 'recovery-detail', hidden: true }, 'Recovering guests takes the admin’s right.');
  #question = h('p');
  #anyway = h('button', { class: 'plain-button force', type: 'button', onclick: () => this.#ask(true) }, 'Recover anyway');
  #step;
  /** The attempt that was asked for here and is not over. */
  #asked = null;
  #busy = false;
  #isBlocked = false;

  element;

  constructor() {
    super();
    this.#step = h(
      'div', { class: 'recovery-step', hidden: true, role: 'group', 'aria-label': 'Recover anyway?' },
      this.#question,
      h('div', {}, this.#anyway, h('button', { class: 'plain-button', type: 'button', onclick: () => this.#cancel() }, 'Cancel')),
    );
    this.element = h(
      'section', { class: 'panel-recovery', 'aria-label': 'Recovery' },
      h('div', { class: 'recovery-head' }, h('div', {}, this.#line, this.#detail, this.#right), this.#button),
      this.#step, this.#answer,
    );
  }

  /** Another instance is shown from now on. */
  open(id) {
    this.#id = id;
    this.#status = null;
    this.#asked = null;
    this.#busy = false;
    this.#step.hidden = true;
    this.#button.hidden = false;
    setText(this.#answer, '');
  }

  /**
   * Shows what the hub says of attempts, `status` null until known, with all `recoveries`, the newest first, and the last
   * report, null without one. `mayAsk`: false where the hub would refuse this person.
   */
  show({ status, recoveries, health, mayAsk, now }) {
    this.#status = status;
    this.#isNeeded = health?.recoveryNeeded !== false;
    const running = recoveries.find((one) => isUnderWay(one, now));
    const latest = recoveries[0];
    // Whichever came last, the answer or the event.
    const isRunning = status?.isRecovering === true || running !== undefined;
    setText(this.#line, this.#state(isRunning, running, now));
    // What was asked for here is told below, where its outcome will be.
    const doing = running && running.id !== this.#asked ? `${strategyWords(running.strategy)}.` : '';
    setText(this.#detail, isRunning ? doing : status?.obstacle ? sentence(status.obstacle) : latest ? last(latest, now) : '');
    this.#isBlocked = isRunning || !mayAsk;
    this.#allow();
    this.#right.hidden = mayAsk;
    this.#follow(recoveries);
  }

  #state(isRunning, running, now) {
    const status = this.#status;
    if (isRunning) return running ? `Attempt ${running.attempt}${this.#limit(running)} under way` : 'An attempt is under way';
    if (!status) return 'Recovery';
    const { attempts, maxAttempts, canRecover, obstacle, nextAttemptAt } = status;
    if (obstacle) return 'Nothing is done by itself';
    if (nextAttemptAt && Date.parse(nextAttemptAt) > now) return `Next attempt ${ago(Date.parse(nextAttemptAt), now)}`;
    if (attempts === 0) return 'No attempt was needed lately';
    return canRecover ? `${attempts} of ${maxAttempts} attempts used` : `All ${maxAttempts} attempts are used`;
  }

  #limit({ forced }) {
    return this.#status && !forced ? ` of ${this.#status.maxAttempts}` : '';
  }

  /** Tells how the attempt that was asked for here goes on. */
  #follow(recoveries) {
    if (!this.#asked) return;
    const record = recoveries.find(({ id }) => id === this.#asked);
    if (!record) return;
    if (!record.outcome) return setText(this.#answer, `${strategyWords(record.strategy)} …`);
    this.#asked = null;
    const { word, tone } = outcomeWords(record.outcome);
    this.#answer.dataset.tone = tone;
    setText(this.#answer, `${word}: ${record.detail ?? strategyDone(record.strategy)}.`);
  }

  /** Not `disabled`: that would take the keyboard away from whoever pressed it. */
  #allow() {
    setAttribute(this.#button, 'aria-disabled', this.#busy || this.#isBlocked);
  }

  /** What the hub would refuse for sure is asked about at once. */
  #press() {
    if (this.#busy || this.#isBlocked) return;
    if (!this.#isNeeded) return this.#offer('not-needed');
    if (this.#status?.canRecover === false) return this.#offer(this.#status.obstacle ? 'recovery-blocked' : 'attempts-exhausted');
    return this.#ask(false);
  }

  #offer(code) {
    setText(this.#question, `${questions[code]} ${RISK}`);
    setText(this.#answer, '');
    this.#step.hidden = false;
    this.#button.hidden = true;
    this.#anyway.focus();
  }

  #cancel() {
    this.#step.hidden = true;
    this.#button.hidden = false;
    this.#button.focus();
  }

  async #ask(force) {
    const id = this.#id;
    if (this.#busy) return;
    const held = this.element.contains(document.activeElement);
    this.#busy = true;
    this.#allow();
    if (force) this.#step.hidden = true;
    this.#button.hidden = false;
    if (held) this.#button.focus();
    delete this.#answer.dataset.tone;
    setText(this.#answer, 'Asking …');
    let refusal = null;
    try {
      const { recovery } = await recover(id, { force });
      if (id !== this.#id) return;
      this.#asked = recovery?.id ?? null;
      setText(this.#answer, recovery ? `${strategyWords(recovery.strategy)} …` : 'Under way …');
      this.dispatchEvent(new CustomEvent('asked', { detail: recovery ?? null }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refusal = error;
    } finally {
      if (id === this.#id) {
        this.#busy = false;
        this.#allow();
      }
    }
    if (!refusal || id !== this.#id) return;
    if (questions[refusal.code] && !force) return this.#offer(refusal.code);
    this.#answer.dataset.tone = 'bad';
    setText(this.#answer, refusals[refusal.status] ?? sentence(refusal.message));
  }
}

function last({ outcome, strategy, endedAt, detail }, now) {
  const when = endedAt ? ` ${ago(Date.parse(endedAt), now)}` : '';
  const { word } = outcomeWords(outcome, false);
  return `Last: ${word.toLowerCase()}${when}, ${outcome === 'failed' && detail ? detail : strategyDone(strategy)}.`;
}

const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
