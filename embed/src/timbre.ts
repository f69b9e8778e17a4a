import type { Session } from './session';
import { pollTraining } from './training';
import type { ProgressOptions, Timbre } from './types';

/** The session as hosts have it: one function a call. */
export function timbreOf(session: Session): Timbre {
  return {
    get granted() {
      return session.granted;
    },
    get place() {
      return session.place;
    },
    requestPermission: (capabilities, options) =>
      session.call('requestPermission', { capabilities }, options),
    processAudioMessage(audio, given) {
      const [args, options] = apart(given);
      return session.call('processAudioMessage', { ...args, audio }, options);
    },
    transcribe(audio, given) {
      const [args, options] = apart(given);
      return session.call('transcribe', { ...args, audio }, options);
    },
    translate(text, given) {
      const [args, options] = apart(given);
      return session.call('translate', { ...args, text }, options);
    },
    synthesize(text, given) {
      const [args, options] = apart(given);
      return session.call('synthesize', { ...args, text }, options);
    },
    uploadSample(audio, given) {
      const [args, options] = apart(given);
      return session.call('uploadSample', { ...args, audio }, options);
    },
    listSamples(given) {
      const [args, options] = apart(given);
      return session.call('listSamples', { ...args }, options);
    },
    getSample: (id, options) => session.call('getSample', { id }, options),
    deleteSample: async (id, options) => void (await session.call('deleteSample', { id }, options)),
    startTraining: (speakerProfileId, options) =>
      session.call('startTraining', named({ speakerProfileId }), options),
    getTrainingStatus: (sessionId, options) => session.call('getTrainingStatus', { sessionId }, options),
    pollTrainingStatus: (sessionId, options) => pollTraining(session, sessionId, options),
    getVoiceModel: (userId, options) => session.call('getVoiceModel', named({ userId }), options),
    recalibrateVoiceModel: (userId, options) =>
      session.call('recalibrateVoiceModel', named({ userId }), options),
    deleteVoiceModel: async (userId, options) =>
      void (await session.call('deleteVoiceModel', named({ userId }), options)),
    setOptions: (options) => session.setOptions(options),
    on: (event, handler) => session.events.on(event, handler),
    destroy: () => session.destroy()
  };
}

/** What is sent, and what stays here. */
function apart<T extends object>(given: (T & ProgressOptions) | undefined) {
  const { onProgress, signal, timeoutMs, ...args } = given ?? ({} as T & ProgressOptions);
  return [args, { onProgress, signal, timeoutMs }] as const;
}

/** Nothing rather than `undefined`. */
function named<K extends string>(given: Record<K, string | undefined>): Partial<Record<K, string>> {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Record<K, string>>;
}
