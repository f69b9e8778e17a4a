/** What OpenVoice makes of a voice, for training. */
export { openVoiceEnroller } from './enroller';
