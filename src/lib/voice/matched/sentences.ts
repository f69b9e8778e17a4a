import type { Lang } from '$workers/contract';

/** Two to fit a voice with, and one that judges what came of it: all short, with most of a language's vowels. */
export interface Sentences {
  fit: readonly [string, string];
  judge: string;
}

const ENGLISH: Sentences = {
  fit: ['Good morning, how are you today?', 'Please bring the blue jacket home.'],
  judge: 'They would like to see the old river.'
};

const SENTENCES: Partial<Record<Lang, Sentences>> = {
  en: ENGLISH,
  fr: {
    fit: ['Bonjour, comment vas-tu ce matin ?', 'Rapporte la veste bleue à la maison.'],
    judge: 'Ils voudraient revoir le vieux jardin.'
  },
  es: {
    fit: ['Buenos días, ¿cómo estás hoy?', 'Trae la chaqueta azul a casa, por favor.'],
    judge: 'Les gustaría ver el río antiguo.'
  },
  de: {
    fit: ['Guten Morgen, wie geht es dir heute?', 'Bring bitte die blaue Jacke nach Hause.'],
    judge: 'Sie möchten gern den alten Fluss sehen.'
  },
  it: {
    fit: ['Buongiorno, come stai questa mattina?', 'Porta a casa la giacca blu, per favore.'],
    judge: 'Vorrebbero rivedere il vecchio fiume.'
  },
  pt: {
    fit: ['Bom dia, como você está hoje?', 'Traga a jaqueta azul para casa, por favor.'],
    judge: 'Eles gostariam de ver o rio antigo.'
  }
};

/** A throat is the same in every language: those without sentences of their own are fitted with English ones. */
export function sentencesIn(language: Lang): { language: Lang; sentences: Sentences } {
  const own = SENTENCES[language];
  return own ? { language, sentences: own } : { language: 'en', sentences: ENGLISH };
}
