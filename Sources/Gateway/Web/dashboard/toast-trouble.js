import { crashWords, partWords, strategyDone, strategyWords } from './panel-words.js';

/** Reports in a row that make a matter of something that only degrades: one alone comes and goes. */
const STRIKES = 2;
/** Good reports in a row after which a crash is over that no report has spoken of. */
const GOOD_AFTER_CRASH = 3;
/** Reports in a row without a failure after which it is over, whatever else is said. */
const ENOUGH = 20;

/**
 * One instance's trouble from its first sign to its end, put together from reports, crashes and recoveries: they tell of
 * one matter, and a person wants one notice of it. Pure: it takes what is told and says what is to be shown.
 */
export class Trouble {
  /** The last report; null before the first. */
  #health = null;
  #isOn = false;
  /** Since before this page: it is shown on the tile, and is no news. */
  #isOld = false;
  #kind = null;
  #crash = null;
  #recovery = null;
  #strikes = 0;
  #good = 0;
  #calm = 0;
  #wasBad = false;

  /** Whether something is the matter now. */
  get isOn() {
    return this.#isOn;
  }

  /** Takes a report; says whether something is to be shown: `began`, `goes-on`, `over` or null. */
  health(report) {
    const first = this.#health === null;
    const wasTold = this.#isOn && !this.#isOld;
    this.#health = report;
    const isBad = report.overallStatus === 'unhealthy' || report.failureType !== 'none';
    if (isBad) {
      this.#good = this.#calm = 0;
      this.#strikes += 1;
      if (first) this.#isOld = true;
      if (this.#isOld && this.#kind !== null && this.#kind !== report.failureType) this.#isOld = false;
      this.#kind = report.failureType;
      if (report.overallStatus === 'unhealthy' || this.#strikes >= STRIKES || first) {
        this.#isOn = true;
        this.#wasBad = true;
      }
      if (!this.#isOn || this.#isOld) return null;
      return wasTold ? 'goes-on' : 'began';
    }
    this.#strikes = 0;
    this.#calm += 1;
    this.#good = report.overallStatus === 'healthy' ? this.#good + 1 : 0;
    if (!this.#isOn) return null;
    return this.#end() ?? (this.#isOld ? null : 'goes-on');
  }

  crash(record) {
    this.#crash = record;
    this.#good = this.#calm = 0;
    return this.#begin();
  }

  recovery(record) {
    this.#recovery = record;
    const wasOn = this.#isOn;
    const shown = this.#begin();
    // A report may have said already that all is well.
    return (wasOn && record.outcome ? this.#end() : null) ?? shown;
  }

  /** What to show: `{tone, kind, lines, isOver}`. */
  describe() {
    const report = this.#health;
    const isBad = report && (report.overallStatus === 'unhealthy' || report.failureType !== 'none');
    const failed = this.#recovery?.outcome === 'failed';
    const tone = isBad && report.overallStatus === 'unhealthy' || failed ? 'bad' : 'wait';
    const reason = isBad ? (report.evidence?.[0]?.reason ?? report.errors?.[0]) : null;
    return {
      tone,
      kind: isBad && report.failureType !== 'none' ? report.failureType : null,
      lines: [capital(reason), this.#crashLine(), this.#recoveryLine()],
    };
  }

  /** What to show once it is over. */
  describeEnd() {
    const { outcome, strategy } = this.#recovery ?? {};
    const kind = this.#kind && this.#kind !== 'none' ? `The failure (${this.#kind}) is over` : 'All is well again';
    return { tone: 'good', kind: null, lines: [outcome === 'recovered' ? `${kind}: ${strategyDone(strategy)}.` : `${kind}.`] };
  }

  /** Forgets what is over. */
  forget() {
    this.#isOn = this.#isOld = this.#wasBad = false;
    this.#kind = this.#crash = this.#recovery = null;
  }

  #begin() {
    const isNew = !this.#isOn || this.#isOld;
    this.#isOn = true;
    this.#isOld = false;
    return isNew ? 'began' : 'goes-on';
  }

  #end() {
    const isMending = this.#recovery !== null && !this.#recovery.outcome;
    const enough = this.#wasBad || this.#recovery?.outcome === 'recovered' ? 1 : GOOD_AFTER_CRASH;
    if ((isMending || this.#good < enough) && this.#calm < ENOUGH) return null;
    return 'over';
  }

  #crashLine() {
    return this.#crash ? `${partWords(this.#crash.service)} ended: ${crashWords(this.#crash)}` : null;
  }

  #recoveryLine() {
    if (!this.#recovery) return null;
    const { strategy, outcome, attempt, forced, detail } = this.#recovery;
    const number = forced ? '' : `, attempt ${attempt}`;
    if (!outcome) return `${strategyWords(strategy)}${number} …`;
    if (outcome === 'recovered') return capital(`${strategyDone(strategy)}.`);
    return outcome === 'failed' ? `Recovery failed${number}: ${detail ?? strategyDone(strategy)}` : 'Recovery was aborted';
  }
}

const capital = (text) => (text ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : null);
