/** Every call of the SDK, answered. */
import type { Calls } from '$sdk/protocol';
import type { Prepared } from './input';
import { processAudioMessage } from './processAudioMessage';
import { requestPermission } from './requestPermission';
import { deleteSample, getSample, listSamples, uploadSample } from './samples';
import { synthesize } from './synthesize';
import { getTrainingStatus, recalibrateVoiceModel, startTraining } from './training';
import { transcribe } from './transcribe';
import { translate } from './translate';
import { deleteVoiceModel, getVoiceModel } from './voiceModels';

const CALLS: { [M in keyof Calls]: (given: unknown) => Prepared<Calls[M]['result']> } = {
  requestPermission,
  processAudioMessage,
  transcribe,
  translate,
  synthesize,
  uploadSample,
  listSamples,
  getSample,
  deleteSample,
  startTraining,
  getTrainingStatus,
  getVoiceModel,
  recalibrateVoiceModel,
  deleteVoiceModel
};

/** Calls that speak in the person's voice where that is allowed: taken back, they end. */
export const USES_VOICE: readonly (keyof Calls)[] = ['processAudioMessage', 'synthesize'];

/** Errors: `input/invalid`. */
export function prepare<M extends keyof Calls>(method: M, given: unknown): Prepared<Calls[M]['result']> {
  return CALLS[method](given);
}
