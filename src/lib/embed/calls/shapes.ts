/** What a host sees of the tables' rows. Whatever a voice could be made of stays here. */
import type { TrainingSession, VoiceModel, VoiceSample } from '$lib/storage';
import type * as sdk from '$sdk/protocol';

export function sampleOf(row: VoiceSample): sdk.VoiceSample {
  const { id, speakerProfileId, phraseText, phraseCategory, status, durationMs, language, transcript } = row;
  const { quality, problems, weight, error, createdAt, processedAt } = row;
  return {
    id,
    speakerProfileId,
    phraseText,
    phraseCategory,
    status,
    durationMs,
    language,
    transcript,
    quality: quality && {
      snrDb: quality.snrDb,
      clipping: quality.clipping,
      speechShare: quality.speechShare
    },
    problems: [...problems],
    weight,
    error,
    createdAt,
    processedAt
  };
}

export function trainingOf(row: TrainingSession): sdk.TrainingStatus {
  const { id, speakerProfileId, status, progress, currentStep, sampleCount, totalDurationMs } = row;
  const { intraClassVariance, confidenceScore, modelVersion, error, startedAt, completedAt } = row;
  return {
    id,
    speakerProfileId,
    status,
    progress,
    currentStep,
    sampleCount,
    totalDurationMs,
    intraClassVariance,
    confidenceScore,
    modelVersion,
    error,
    startedAt,
    completedAt
  };
}

export function isOver({ status }: Pick<TrainingSession, 'status'>): boolean {
  return status !== 'pending' && status !== 'processing';
}

export function modelOf(row: VoiceModel): sdk.VoiceModel {
  const { speakerProfileId: userId, version, origin, qualityScore, confidenceScore, audioCount } = row;
  const { totalDurationMs, createdAt, updatedAt, nextRecalibrationAt } = row;
  return {
    userId,
    version,
    origin,
    qualityScore,
    confidenceScore,
    audioCount,
    totalDurationMs,
    createdAt,
    updatedAt,
    nextRecalibrationAt
  };
}
