/** Pocket TTS against the same loop in numpy (reference.py), on the fixture's random weights. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { normal, uniform } from '../../../chance';
import { floats, type Session } from '../../../runtime';
import { FIXTURES, fetchFromDisk, MODEL_BASE, nodeConfig } from '../../../runtime/testing';
import { buzz, buzzClip, largestDifference, numbersIn } from '../speech.testing';
import { bestOf } from './clips';
import { FrameDecoder } from './frameDecoder';
import { loadSpeakingGraphs, loadVoiceEncoder, type SpeakingGraphs } from './graphs';
import { FRAME, LATENT, RATE_HZ } from './layout';
import { PocketTts } from './pocket';
import { MOST_FRAMES, packed, unpacked } from './prompt';
import { FrameSpeaker, type Utterance } from './speaker';
import { capacityOf, startOf } from './state';
import { piecesOf, prepared } from './text';
import { loadTokens } from './tokens';
import { VoiceEncoder } from './voiceEncoder';

const reference = JSON.parse(readFileSync(new URL('./reference.json', import.meta.url), 'utf8')) as {
  length: number;
  ids: number[];
  tailFrames: number;
  seed: number;
  samplesBetween: number;
  prompt: string;
  frames: string;
  samples: string;
};

const voice = (pitchHz: number, length: number, rateHz = RATE_HZ) => buzz(pitchHz, length, rateHz);
const clip = (pitchHz: number, seconds: number, rateHz = RATE_HZ) => buzzClip(pitchHz, seconds, rateHz);

/** As in reference.py: chance from outside. */
function outsideNoise(): Utterance['noise'] {
  let place = 0;
  return (frame) => {
    for (let i = 0; i < frame.length; i++) {
      const x = 43758.5453 * Math.sin(12.9898 * ++place + reference.seed);
      frame[i] = Math.sqrt(12 * 0.7) * (x - Math.floor(x) - 0.5);
    }
  };
}

describe('text', () => {
  const words = (text: string) => text.split(' ').length;

  test.each([
    ['see you at the station tomorrow', 'See you at the station tomorrow.', 3],
    ['Is it late, or is it?', 'Is it late, or is it?', 3],
    ['élan', '        Élan.', 5],
    ['Go on!', '        Go on!', 5]
  ])('“%s” has a capital, a mark and enough tokens', (text, expected, tailFrames) => {
    expect(prepared(text)).toEqual({ text: expected, tailFrames });
  });

  test('is spoken in as few parts as can be held', () => {
    expect(piecesOf('One two. Three four.  Five\nsix.', 'en', words, 4)).toEqual([
      'One two. Three four.',
      'Five six.'
    ]);
    expect(piecesOf('a b, c d e; f g', 'en', words, 4)).toEqual(['a b,', 'c d e;', 'f g']);
    expect(piecesOf('a b c d e f g', 'en', words, 3)).toEqual(['a b c', 'd e f', 'g']);
    expect(piecesOf('abcdefgh', 'en', (text) => text.length, 3)).toEqual(['ab', 'cd', 'ef', 'gh']);
  });

  test('without a letter or number says nothing', () => {
    expect(piecesOf('… 👍 —', 'en', words)).toEqual([]);
    expect(piecesOf('', 'en', words)).toEqual([]);
    expect(piecesOf('7', 'en', words)).toEqual(['7']);
  });
});

describe('clips', () => {
  test('are taken cleanest and longest first, 30 s at most', () => {
    const noisy = { ...clip(110, 12) };
    noisy.samples = noisy.samples.map((x, i) => 0.05 * x + 0.3 * Math.sin(i * i));
    const clipped = {
      ...clip(110, 11),
      samples: clip(110, 11).samples.map((x) => Math.max(-1, Math.min(1, 9 * x)))
    };
    const [long, short] = [clip(140, 9), clip(180, 4)];
    const best = bestOf([noisy, short, clipped, long]);
    expect(best).toHaveLength(MOST_FRAMES * FRAME);
    const ends = [long, short].map(({ samples }) => FRAME * Math.ceil(samples.length / FRAME));
    expect(largestDifference(best.subarray(0, long.samples.length), long.samples)).toBe(0);
    const second = best.subarray(ends[0]).subarray(0, short.samples.length);
    expect(largestDifference(second, short.samples)).toBe(0);
    const third = best.subarray((ends[0] ?? 0) + (ends[1] ?? 0)).subarray(0, clipped.samples.length);
    expect(largestDifference(third, clipped.samples)).toBe(0);
  });

  test('are brought to 24 kHz and filled up to whole frames', () => {
    expect(bestOf([clip(110, 1, 16_000)])).toHaveLength(13 * FRAME);
    expect(bestOf([clip(110, 20), clip(120, 20)])).toHaveLength(MOST_FRAMES * FRAME);
  });

  test.each([
    ['none', [], 'voice/no-samples'],
    ['too short', [clip(110, 0.3)], 'audio/too-short'],
    ['silent', [{ samples: new Float32Array(RATE_HZ), sampleRateHz: RATE_HZ }], 'speech/none-found']
  ])('that are %s are a coded error', (_, clips, code) => {
    expect(() => bestOf(clips)).toThrow(expect.objectContaining({ code }));
  });
});

describe('a voice as numbers', () => {
  const prompt = { latents: Float32Array.from({ length: 12 }, (_, i) => i / 7), frames: 3, width: 4 };

  test('is what it was when it is read back', () => {
    expect(unpacked(packed(prompt), 4)).toEqual(prompt);
  });

  const whole = packed(prompt);
  test.each([
    ['nothing', new Float32Array(0)],
    ['another engine’s', new Float32Array(192).fill(0.1)],
    ['cut off', whole.slice(0, -1)],
    ['longer than it says', Float32Array.of(...whole, 0)],
    ['of another shape', whole.with(1, 4)],
    ['of a frame and a half', whole.with(1, 1.5)],
    ['of numbers that are none', whole.with(7, NaN)],
    ['too long', packed({ latents: new Float32Array(4 * 376), frames: 376, width: 4 })]
  ])('that is %s is a coded error', (_, damaged) => {
    expect(() => unpacked(damaged, 4)).toThrow(expect.objectContaining({ code: 'input/invalid' }));
  });

  test('of another model is a coded error', () => {
    expect(() => unpacked(whole, 1024)).toThrow(expect.objectContaining({ code: 'input/invalid' }));
  });
});

describe('states', () => {
  function graph(inputs: Record<string, [string, (number | string)[]]>): Session {
    return {
      inputNames: Object.keys(inputs),
      outputNames: [],
      inputShape: (name) => inputs[name]?.[1],
      inputType: (name) => inputs[name]?.[0],
      run: () => Promise.reject(new Error('not run')),
      release: () => Promise.resolve()
    };
  }

  test('are as the graph declares them', () => {
    const start = startOf(
      graph({
        latent: ['float32', [1, 'seq_len', 32]],
        state_0: ['bool', [1]],
        state_1: ['float32', [1, 4, 0]],
        state_2: ['float32', [2, 1, 'cache', 2, 4]],
        state_3: ['int64', [1]]
      }),
      50
    );
    expect(Object.keys(start)).toEqual(['state_0', 'state_1', 'state_2', 'state_3']);
    expect(Object.values(start).map(({ type, dims }) => [type, dims])).toEqual([
      ['bool', [1]],
      ['float32', [1, 4, 0]],
      ['float32', [2, 1, 50, 2, 4]],
      ['int64', [1]]
    ]);
    expect([...(start['state_0']?.data as Uint8Array)]).toEqual([1]);
  });

  test('of a kind that is not known are a coded error', () => {
    expect(() => startOf(graph({ state_0: ['float16', [1, 2]] }), 1)).toThrow(
      expect.objectContaining({ code: 'model/load-failed' })
    );
  });

  test('say how much a graph can hold: a fixed cache, an open one, a ring', () => {
    const cache = (size: number | string): [string, (number | string)[]] => ['float32', [2, 1, size, 8, 64]];
    const counter: [string, number[]] = ['int64', [1]];
    expect(capacityOf(graph({ state_0: cache(1000), state_1: counter }))).toBe(1000);
    expect(capacityOf(graph({ state_0: cache('cache'), state_1: counter }))).toBe(Infinity);
    expect(
      capacityOf(graph({ state_0: ['float32', [2, 1, 8, 1000, 64]], state_1: counter, state_2: counter }))
    ).toBe(Infinity);
  });
});

const present = existsSync(join(FIXTURES, 'pocket/onnx/flow_lm_main.onnx'));
if (!present) console.warn('tests/fixtures/models/pocket is not here: Pocket TTS is not run');
const folder = `${MODEL_BASE}fixtures/pocket/`;

type Disk = typeof fetch;
/** Answers as if the files whose names match were not there. */
function without(disk: Disk, pattern: RegExp, asked: string[] = []): Disk {
  return (input, init) => {
    const url = String(input instanceof Request ? input.url : input);
    asked.push(url.slice(url.lastIndexOf('/') + 1));
    return pattern.test(url) ? Promise.resolve(new Response('', { status: 404 })) : disk(input, init);
  };
}

describe.skipIf(!present)('the model', { timeout: 120_000 }, () => {
  const disk = fetchFromDisk({ fixtures: FIXTURES });
  const nothing = () => undefined;
  let graphs: SpeakingGraphs;
  let speaker: FrameSpeaker;
  let decoder: FrameDecoder;
  let encoder: VoiceEncoder;
  let encoderSession: Session;
  beforeAll(async () => {
    // In full precision: 8-bit activations are scaled by all that is computed at once.
    vi.stubGlobal('fetch', without(disk, /_int8/));
    graphs = await loadSpeakingGraphs(folder, nodeConfig(), nothing);
    speaker = new FrameSpeaker(graphs);
    decoder = new FrameDecoder(graphs.decoder);
    encoderSession = await loadVoiceEncoder(folder, nodeConfig(), nothing);
    encoder = new VoiceEncoder(encoderSession);
    vi.stubGlobal('fetch', disk);
  }, 120_000);
  afterAll(() => vi.unstubAllGlobals());

  const said = (noise = outsideNoise()): Utterance => ({
    tokens: reference.ids,
    tailFrames: reference.tailFrames,
    noise
  });
  const prompted = () => ({
    latents: numbersIn(reference.prompt),
    frames: reference.length / FRAME,
    width: speaker.width
  });

  test('hears a voice as the reference does', async () => {
    const prompt = await encoder.encode(voice(110, reference.length));
    expect([prompt.frames, prompt.width]).toEqual([reference.length / FRAME, speaker.width]);
    expect(largestDifference(prompt.latents, numbersIn(reference.prompt))).toBeLessThan(1e-4);
  });

  test('hears a long recording in parts as it hears the whole', async () => {
    const samples = voice(110, 90 * FRAME);
    const whole = await encoder.encode(samples);
    const parts = await encoder.encode(samples, nothing, 20);
    expect(parts.frames).toBe(90);
    expect(largestDifference(parts.latents, whole.latents)).toBeLessThan(1e-5);
  });

  test('says the frames that the reference says, up to the same end', async () => {
    const frames = await speaker.speak(await speaker.hear(prompted()), said());
    expect(largestDifference(frames ?? [], numbersIn(reference.frames))).toBeLessThan(1e-4);
  });

  test('makes the sound of them that the reference makes', async () => {
    const samples = await decoder.decode(numbersIn(reference.frames));
    const some = samples.filter((_, i) => i % reference.samplesBetween === 0);
    expect(largestDifference(some, numbersIn(reference.samples))).toBeLessThan(1e-4);
  });

  test('starts every text where the voice left it: the second is what it would be as the first', async () => {
    const heard = await speaker.hear(prompted());
    const first = await speaker.speak(heard, said());
    expect(await speaker.speak(heard, said())).toEqual(first);
    const other = await speaker.hear(await encoder.encode(voice(230, reference.length)));
    expect(await speaker.speak(other, said())).not.toEqual(first);
  });

  describe('its sound', () => {
    const frames = (count: number) => {
      const noise = normal(uniform(3));
      return Float32Array.from({ length: count * LATENT }, () => noise());
    };

    test('is the same in chunks as in one', async () => {
      const whole = await decoder.decode(frames(30), { chunk: 30 });
      for (const chunk of [1, 7, 12])
        expect(largestDifference(await decoder.decode(frames(30), { chunk }), whole)).toBeLessThan(1e-5);
    });

    test('is the same when full caches end a stream and another goes on', async () => {
      const whole = await decoder.decode(frames(62), { chunk: 62 });
      const streams = await decoder.decode(frames(62), { longest: 44 });
      expect(largestDifference(streams, whole)).toBeLessThan(1e-4);
      // Without what lies before, it would be another.
      const cold = await decoder.decode(frames(62).subarray(44 * LATENT));
      expect(largestDifference(cold, whole.subarray(44 * FRAME))).toBeGreaterThan(1e-2);
    });

    test('can be longer than the caches', async () => {
      const fractions: number[] = [];
      const samples = await decoder.decode(frames(150), {
        onFraction: (fraction) => fractions.push(fraction)
      });
      expect(samples).toHaveLength(150 * FRAME);
      expect(samples.subarray(-FRAME).some((x) => Math.abs(x) > 1e-3)).toBe(true);
      expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
      expect(fractions.at(-1)).toBe(1);
    });
  });

  test('ends some frames after it says so, and never when it does not', async () => {
    const heard = await speaker.hear(prompted());
    /** The same graph with other logits for its end. */
    const ending = (logitAt: (step: number) => number) => {
      let step = 0;
      const main: Session = {
        ...graphs.main,
        inputNames: graphs.main.inputNames,
        outputNames: graphs.main.outputNames,
        async run(feeds, fetches) {
          const fetched = await graphs.main.run(feeds, fetches);
          return feeds['sequence']?.dims[1] === 0
            ? fetched
            : { ...fetched, eos_logit: floats(Float32Array.of(logitAt(step++)), [1, 1]) };
        }
      };
      return new FrameSpeaker({ ...graphs, main }).speak(heard, said());
    };
    expect(await ending((step) => (step === 5 ? -3.9 : -4.1))).toHaveLength(
      (5 + reference.tailFrames) * LATENT
    );
    expect(await ending(() => -4)).toBeUndefined();
  });

  test('an encoder from which cloning was taken out is a coded error', async () => {
    const deaf: Session = {
      ...encoderSession,
      inputNames: encoderSession.inputNames,
      outputNames: encoderSession.outputNames,
      async run(feeds, fetches) {
        const fetched = await encoderSession.run(feeds, fetches);
        return {
          latents: floats(new Float32Array(fetched['latents']?.size ?? 0), fetched['latents']?.dims ?? [])
        };
      }
    };
    await expect(new VoiceEncoder(deaf).encode(voice(110, 20 * FRAME))).rejects.toMatchObject({
      code: 'model/damaged'
    });
  });

  test('takes its tokenizer’s pieces and nothing around them', async () => {
    const tokens = await loadTokens(folder);
    expect(tokens('We meet the train.')).toEqual(reference.ids);
    expect(tokens('        Ok.').length).toBeGreaterThan(tokens('Ok.').length);
  });

  describe('behind its door', () => {
    const pocket = new PocketTts(folder, nodeConfig());
    let low: Float32Array;
    let high: Float32Array;
    beforeAll(async () => {
      [low, high] = [await pocket.enrol([clip(110, 3)]), await pocket.enrol([clip(230, 3)])];
    }, 120_000);
    const text = 'We meet the train on time. You and I.';
    const say = async (conditioning: Float32Array, take?: number, what = text) =>
      (await pocket.say(what, 'en', conditioning, { take })).samples;

    test('speaks in the voice asked for, at 24 kHz, with no marks', async () => {
      const fractions: number[] = [];
      const onFraction = (fraction: number) => fractions.push(fraction);
      const { samples, sampleRateHz, marks } = await pocket.say(text, 'en', low, { onFraction });
      expect([sampleRateHz, marks]).toEqual([RATE_HZ, []]);
      expect(samples.length % FRAME).toBe(0);
      expect(samples.length).toBeGreaterThan(FRAME);
      expect(samples.every((x) => Math.abs(x) <= 1)).toBe(true);
      expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
      expect(fractions.at(-1)).toBe(1);
      expect(await say(high)).not.toEqual(samples);
    });

    test('says the same again, and another take otherwise', async () => {
      const first = await say(low);
      await say(high);
      expect(await say(low)).toEqual(first);
      expect(await say(low.slice())).toEqual(first);
      const second = await say(low, 1);
      expect(second).not.toEqual(first);
      expect(await say(low, 1)).toEqual(second);
      expect(await new PocketTts(folder, nodeConfig()).say(text, 'en', low)).toMatchObject({
        samples: first
      });
    });

    test('says a long text in parts, and nothing for no words', async () => {
      const long = Array.from({ length: 6 }, (_, i) => `Train ${i} is late and we meet you on it`).join('. ');
      expect((await say(low, 0, long)).length).toBeGreaterThan(6 * FRAME);
      expect(await say(low, 0, '…')).toHaveLength(0);
    });

    test('tells how far enrolling is', async () => {
      const fractions: number[] = [];
      await new PocketTts(folder, nodeConfig()).enrol([clip(110, 25)], (fraction) =>
        fractions.push(fraction)
      );
      expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
      expect(fractions.at(-1)).toBe(1);
    });

    test('speaks the languages of its weights', async () => {
      expect([pocket.speaks('en'), pocket.speaks('fr')]).toEqual([true, false]);
      await expect(pocket.say('Bonjour', 'fr', low)).rejects.toMatchObject({ code: 'input/invalid' });
      expect(new PocketTts(folder, nodeConfig(), ['fr']).speaks('fr')).toBe(true);
    });

    test('what is no voice of its own is a coded error', async () => {
      for (const damaged of [new Float32Array(256), low.slice(0, -1), low.with(9, NaN)])
        await expect(pocket.say(text, 'en', damaged)).rejects.toMatchObject({ code: 'input/invalid' });
    });

    test('a text that comes to no end is tried again with other noise, then a coded error', async () => {
      const frames = [undefined, numbersIn(reference.frames)];
      const speak = vi.spyOn(FrameSpeaker.prototype, 'speak');
      speak.mockImplementation(() => Promise.resolve(frames[speak.mock.calls.length - 1]));
      const { samples } = await pocket.say('We meet.', 'en', low);
      expect(samples).toHaveLength((numbersIn(reference.frames).length / LATENT) * FRAME);
      const drawn = speak.mock.calls.map(([, { noise }]) => {
        const frame = new Float32Array(LATENT);
        noise(frame);
        return frame;
      });
      expect(drawn).toHaveLength(2);
      expect(drawn[0]).not.toEqual(drawn[1]);
      speak.mockImplementation(() => Promise.resolve(undefined));
      await expect(pocket.say('We meet.', 'en', low)).rejects.toMatchObject({ code: 'synthesize/failed' });
      speak.mockRestore();
    });

    test('enrolling asks for the encoder alone; without it there is no voice, and no other instead', async () => {
      const asked: string[] = [];
      vi.stubGlobal('fetch', without(disk, /mimi_encoder/, asked));
      const bare = new PocketTts(folder, nodeConfig());
      await expect(bare.enrol([clip(110, 1)])).rejects.toMatchObject({ code: 'model/missing' });
      expect(asked).toEqual(['mimi_encoder.onnx']);
      vi.stubGlobal('fetch', disk);
      expect(unpacked(await bare.enrol([clip(110, 1)]), speaker.width).frames).toBe(13);
    });

    test.each(['text_conditioner', 'flow_lm_main', 'flow_lm_flow', 'mimi_decoder', 'tokenizer.json'])(
      'without %s it says nothing',
      async (file) => {
        vi.stubGlobal('fetch', without(disk, new RegExp(file)));
        const speaking = new PocketTts(folder, nodeConfig()).say(text, 'en', low);
        await expect(speaking).rejects.toMatchObject({ code: 'model/missing' });
        vi.stubGlobal('fetch', disk);
      }
    );

    test('takes the 8-bit weights of the three that have them, on WASM whatever the plan', async () => {
      const asked: string[] = [];
      vi.stubGlobal('fetch', without(disk, /nothing/, asked));
      const plan = { devices: ['webgpu' as const, 'wasm' as const], threads: 1 };
      const said = await new PocketTts(folder, nodeConfig({ plan })).say(text, 'en', low);
      expect(said.samples).toEqual(await say(low));
      expect(asked.filter((name) => name.endsWith('.onnx'))).toEqual([
        'text_conditioner.onnx',
        'flow_lm_main_int8.onnx',
        'flow_lm_flow_int8.onnx',
        'mimi_decoder_int8.onnx'
      ]);
      vi.stubGlobal('fetch', disk);
    });
  });
});
