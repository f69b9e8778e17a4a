/** The messages' own terms. They are stored as they are: storage has the definitions. */
export type {
  AudioMessage,
  Conversation,
  LanguageChoice,
  Member,
  MessageSource,
  MessageStatus,
  OriginalAudio,
  Person,
  StoredError,
  SuppliedTranscription,
  TargetChoice,
  TranscriptRevision,
  Transcript,
  TranslatedAudioVersion,
  TranslatedUnit,
  VersionAudio,
  VersionStatus
} from '$lib/storage';
