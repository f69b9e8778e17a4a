/** The SDK's types: what a host may write, and what it may not. Checked by the compiler; nothing runs. */
import { describe, expect, expectTypeOf, test } from 'vitest';
import { ERROR_CODES } from '$workers/contract';
import type { AudioMessageResult as AppResult } from '$lib/pipeline';
import { TIMBRE_ERROR_CODES, type createTimbre } from './index';
import type {
  AudioMessageResult,
  CallProgress,
  Capability,
  Speech,
  Timbre,
  TimbreError,
  TimbreErrorCode,
  TimbreEvents,
  TimbreOptions,
  TrainingStatus,
  Transcription,
  VoiceModel,
  VoiceSample
} from './index';

type Options<M extends keyof Timbre, At extends number> = Timbre[M] extends (...given: infer P) => unknown
  ? Exclude<P[At], undefined>
  : never;

test('every code of the app’s is one of the SDK’s, and the other way round', () => {
  expect([...TIMBRE_ERROR_CODES].sort()).toEqual([...ERROR_CODES].sort());
});

test('what the app makes of a message is what a host gets', () => {
  expectTypeOf<AppResult>().toExtend<AudioMessageResult>();
});

test('createTimbre', () => {
  expectTypeOf<typeof createTimbre>().returns.toEqualTypeOf<Promise<Timbre>>();
  expectTypeOf<{ container: string }>().toExtend<TimbreOptions>();
  expectTypeOf<{ container: HTMLElement; src: URL; theme: 'dark' }>().toExtend<TimbreOptions>();
  expectTypeOf<{ src: string }>().not.toExtend<TimbreOptions>();
  expectTypeOf<{ container: string; theme: 'sepia' }>().not.toExtend<TimbreOptions>();
  expectTypeOf<{ container: string; capabilities: 'voice'[] }>().toExtend<TimbreOptions>();
  expectTypeOf<{ container: string; capabilities: 'contacts'[] }>().not.toExtend<TimbreOptions>();
});

describe('calls', () => {
  test('what they give', () => {
    expectTypeOf<Timbre['processAudioMessage']>().returns.resolves.toEqualTypeOf<AudioMessageResult>();
    expectTypeOf<Timbre['transcribe']>().returns.resolves.toEqualTypeOf<Transcription>();
    expectTypeOf<Timbre['synthesize']>().returns.resolves.toEqualTypeOf<Speech>();
    expectTypeOf<Timbre['uploadSample']>().returns.resolves.toEqualTypeOf<VoiceSample>();
    expectTypeOf<Timbre['getSample']>().returns.resolves.toExtend<{ audio: Blob }>();
    expectTypeOf<Timbre['deleteSample']>().returns.resolves.toEqualTypeOf<void>();
    expectTypeOf<Timbre['pollTrainingStatus']>().returns.resolves.toEqualTypeOf<TrainingStatus>();
    expectTypeOf<Timbre['getVoiceModel']>().returns.resolves.toEqualTypeOf<VoiceModel | null>();
    expectTypeOf<Timbre['granted']>().toEqualTypeOf<readonly Capability[]>();
  });

  test('what they take', () => {
    expectTypeOf<Timbre['transcribe']>().parameter(0).toEqualTypeOf<Blob | ArrayBuffer>();
    expectTypeOf<{ targetLanguages: string[]; signal: AbortSignal }>().toExtend<
      Options<'processAudioMessage', 1>
    >();
    expectTypeOf<{ conversation: { members: { id: string; systemLanguage: string }[] } }>().toExtend<
      Options<'processAudioMessage', 1>
    >();
    expectTypeOf<{ conversation: { members: { id: string }[] } }>().not.toExtend<
      Options<'processAudioMessage', 1>
    >();
    expectTypeOf<{ format: 'aiff' }>().not.toExtend<Options<'processAudioMessage', 1>>();
    expectTypeOf<{ from: string }>().not.toExtend<Options<'translate', 1>>();
    expectTypeOf<{ format: 'wav' }>().not.toExtend<Options<'synthesize', 1>>();
    expectTypeOf<Options<'processAudioMessage', 1>['onProgress']>().toEqualTypeOf<
      ((progress: CallProgress) => void) | undefined
    >();
    expectTypeOf<Options<'pollTrainingStatus', 1>['onProgress']>().toEqualTypeOf<
      ((status: TrainingStatus) => void) | undefined
    >();
    expectTypeOf<Options<'translate', 1>>().toHaveProperty('onProgress');
    expectTypeOf<Options<'listSamples', 0>>().not.toHaveProperty('onProgress');
    expectTypeOf<Options<'transcribe', 1>>().not.toHaveProperty('audio');
  });
});

test('events', () => {
  expectTypeOf<TimbreEvents['message']>().toEqualTypeOf<AudioMessageResult>();
  expectTypeOf<TimbreEvents['disconnected']>().toEqualTypeOf<{ error: TimbreError }>();
  expectTypeOf<Timbre['on']>().parameter(0).toEqualTypeOf<keyof TimbreEvents>();
  expectTypeOf<Timbre['on']>().returns.toEqualTypeOf<() => void>();
  expectTypeOf<TimbreError['code']>().toEqualTypeOf<TimbreErrorCode>();
  expectTypeOf<TimbreError>().toExtend<Error>();
});
