/** Where a person wants each stage to run: which setting says so. */
import type { ChoosableStage, DeviceChoice } from '$lib/engines';
import type { Settings } from '$lib/storage';

export type DeviceSetting = 'transcriptionDevice' | 'translationDevice' | 'voiceDevice' | 'ttsDevice';

export const DEVICE_SETTINGS: Readonly<Record<ChoosableStage, DeviceSetting>> = {
  transcriber: 'transcriptionDevice',
  translator: 'translationDevice',
  speakerEncoder: 'voiceDevice',
  voiceConverter: 'ttsDevice'
};

export function wantedDevices(settings: Pick<Settings, DeviceSetting>): Record<ChoosableStage, DeviceChoice> {
  return {
    transcriber: settings.transcriptionDevice,
    translator: settings.translationDevice,
    speakerEncoder: settings.voiceDevice,
    voiceConverter: settings.ttsDevice
  };
}
