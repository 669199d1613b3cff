const SHORTEST_INTERVAL = 900;

/**
 * What the browser measured for one connection, read from `getStats`. Every field is measured or null.
 * Rates are over the time between two samples.
 */
export class StreamStats {
  #previous = null;
  #rates = {};

  /** The last sample; null before the first. */
  latest = null;

  /** Takes a sample; rates refer to the sample before. */
  async sample(connection) {
    const report = await connection.getStats();
    const raw = read(report);
    // Calls close together would make rates of a few milliseconds: those keep the rates and the base from before.
    if (!this.#previous) this.#previous = raw;
    else if (raw.at - this.#previous.at >= SHORTEST_INTERVAL) {
      this.#rates = difference(this.#previous, raw);
      this.#previous = raw;
    }
    const rates = this.#rates;
    this.latest = {
      at: raw.at,
      framesDecoded: raw.framesDecoded,
      framesDropped: raw.framesDropped,
      packetsReceived: raw.packetsReceived,
      bytesReceived: raw.bytesReceived,
      keyFrames: raw.keyFrames,
      width: raw.width,
      height: raw.height,
      codec: raw.codec,
      roundTripMs: raw.roundTripMs,
      jitterMs: raw.jitterMs,
      audioEnergy: raw.audioEnergy,
      audioCodec: raw.audioCodec,
      fps: rates.fps ?? null,
      kbps: rates.kbps ?? null,
      lossPercent: rates.lossPercent ?? null,
      bufferMs: rates.bufferMs ?? null,
    };
    return this.latest;
  }
}

function read(report) {
  const codecs = new Map();
  let video = null;
  let audio = null;
  let transport = null;
  const pairs = new Map();
  for (const stat of report.values()) {
    if (stat.type === 'codec') codecs.set(stat.id, stat.mimeType?.split('/')[1] ?? null);
    else if (stat.type === 'inbound-rtp' && stat.kind === 'video') video = stat;
    else if (stat.type === 'inbound-rtp' && stat.kind === 'audio') audio = stat;
    else if (stat.type === 'transport') transport = stat;
    else if (stat.type === 'candidate-pair') pairs.set(stat.id, stat);
  }
  // Firefox names no selected pair on the transport; there the pair itself says so.
  const pair = pairs.get(transport?.selectedCandidatePairId) ?? [...pairs.values()].find((one) => one.selected);
  const seconds = (value) => (value == null ? null : value * 1000);
  return {
    at: video?.timestamp ?? performance.timeOrigin + performance.now(),
    framesDecoded: video?.framesDecoded ?? 0,
    framesDropped: video?.framesDropped ?? null,
    packetsReceived: video?.packetsReceived ?? 0,
    packetsLost: video?.packetsLost ?? 0,
    bytesReceived: (video?.bytesReceived ?? 0) + (audio?.bytesReceived ?? 0),
    keyFrames: video?.keyFramesDecoded ?? null,
    jitterBufferDelay: video?.jitterBufferDelay ?? null,
    jitterBufferEmittedCount: video?.jitterBufferEmittedCount ?? null,
    width: video?.frameWidth ?? null,
    height: video?.frameHeight ?? null,
    codec: codecs.get(video?.codecId) ?? null,
    jitterMs: seconds(video?.jitter),
    roundTripMs: seconds(pair?.currentRoundTripTime),
    audioEnergy: audio?.totalAudioEnergy ?? null,
    audioCodec: codecs.get(audio?.codecId) ?? null,
  };
}

function difference(before, now) {
  const elapsed = (now.at - before.at) / 1000;
  const received = now.packetsReceived - before.packetsReceived;
  const lost = now.packetsLost - before.packetsLost;
  const emitted = now.jitterBufferEmittedCount - before.jitterBufferEmittedCount;
  return {
    fps: (now.framesDecoded - before.framesDecoded) / elapsed,
    kbps: ((now.bytesReceived - before.bytesReceived) * 8) / 1000 / elapsed,
    lossPercent: received + lost > 0 ? (Math.max(0, lost) / (received + lost)) * 100 : null,
    bufferMs: emitted > 0 ? ((now.jitterBufferDelay - before.jitterBufferDelay) / emitted) * 1000 : null,
  };
}
