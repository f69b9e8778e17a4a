/** Who speaks: 192 numbers by ECAPA-TDNN behind WeSpeaker's or SpeechBrain's front end. */
export { EcapaEncoder, EMBEDDING_SIZE, loadEcapa } from './ecapa';
