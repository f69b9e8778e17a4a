/** Numbers of Chatterbox Multilingual that its graphs were trained and exported with (resemble-ai/chatterbox; the export's card). */

/** Of what it hears and says. */
export const RATE_HZ = 24_000;
/** Speech tokens in a second of speech. */
export const TOKENS_PER_SECOND = 25;

/** Speech tokens run from 0 to below this, which is also the token that speech starts with. */
export const START_SPEECH = 6561;
export const END_SPEECH = 6562;
/** Where it stands in a text the graph puts the exaggeration. */
export const EXAGGERATION = 6563;
/** A speech token that is silent; three of them end a speech, so that its last sound rings out. */
export const SILENCE = 4299;
export const LAST_SILENCES = 3;
/** How strongly it speaks: its makers' default. */
export const USUAL_EXAGGERATION = 0.5;

export const SPEAKER_SIZE = 192;
export const BANDS = 80;
/**
 * The speech encoder hears the first 10 s for the sound of the voice and the first 6 s for the manner of speaking
 * (`DEC_COND_LEN`, `ENC_COND_LEN`).
 */
export const HEARD_SECONDS = 10;
