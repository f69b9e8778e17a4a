/**
 * The text without what eSpeak would take for a command: tags and entities of SSML, `[[phonemes]]`,
 * control characters. As many characters as before, so that positions in the text stay.
 */
export function speakable(text: string): string {
  return text
    .replace(/&(?=#?\w+;)/gu, ' ')
    .replace(/[<>\p{Cc}]/gu, ' ')
    .replace(/\[/gu, '(')
    .replace(/\]/gu, ')');
}
