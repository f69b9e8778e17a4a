/** Where a person wants each stage to run: which setting says so. */
import type { ChoosableStage, DeviceChoice } from '$lib/engines';
import type { Settings } from '$lib/storage';

export type DeviceSetting = 'transcriptionDevice' | 'translationDevice' | 'voiceDevice';

export const DEVICE_SETTINGS: Readonly<Record<ChoosableStage, DeviceSetting>> = {
  transcriber: 'transcriptionDevice',
  translator: 'translationDevice',
  speakerEncoder: 'voiceDevice'
};

export function wantedDevices(settings: Pick<Settings, DeviceSetting>): Record<ChoosableStage, DeviceChoice> {
  return {
    transcriber: settings.transcriptionDevice,
    translator: settings.translationDevice,
    speakerEncoder: settings.voiceDevice
  };
}
