import type { PhraseBook } from './types';

export const fr: PhraseBook = {
  consent: (name) =>
    name
      ? `Moi, ${name}, j’autorise Timbre à modéliser ma voix sur cet appareil.`
      : 'J’autorise Timbre à modéliser ma voix sur cet appareil.',
  phrases: {
    greeting: [
      'Salut, c’est moi ! Je voulais juste prendre de tes nouvelles.',
      'Bonjour à toutes et à tous, et merci d’être venus si nombreux.',
      'Coucou ! Ça fait longtemps, nos longues discussions me manquent.',
      'Bonsoir, juste un petit message avant d’aller me coucher.'
    ],
    question: [
      'Pourriez-vous me dire quel bus va jusqu’à la gare, s’il vous plaît ?',
      'On se retrouve à quelle heure, et est-ce que j’apporte quelque chose ?',
      'Tu as vraiment préféré la veste jaune à la bleue ?',
      'Qui va garder le chien pendant que vous serez en vacances ?'
    ],
    number: [
      'Mon train part de la voie neuf, à sept heures et quart.',
      'Ça fait quarante-trois euros et dix-huit centimes, s’il vous plaît.',
      'On était douze en mille neuf cent quatre-vingt-seize, et maintenant plus de deux cents.',
      'Le code, c’est trois, zéro, cinq, huit, et puis deux fois le six.'
    ],
    emotion: [
      'Oh, quelle bonne nouvelle, ça me fait tellement plaisir pour vous deux !',
      'Pardon, je ne voulais vraiment pas te faire de peine.',
      'Ça suffit ! Je t’ai demandé trois fois de baisser la musique.',
      'Franchement, j’avais un trac fou, je n’arrivais plus à respirer.'
    ],
    everyday: [
      'J’ai un peu de retard, alors commencez sans moi.',
      'N’oublie pas d’acheter du pain, du lait et de la lessive.',
      'Le temps devrait s’éclaircir, on ira se promener cet après-midi.',
      'J’ai laissé les clés sur la table de la cuisine, à côté de tes lunettes.',
      'Ce soir, il y a de la soupe de légumes, et il y en aura pour tout le monde.'
    ],
    sounds: [
      'Un bon vin blanc se boit lentement, en plein air, avec quelques amis.',
      'Ma sœur cueille des feuilles de tilleul au bord de l’étang.',
      'Le montagnard grignote un beignet en regardant sa vigne.',
      'Chaque jeudi, Georges cherche ses chaussures sous les chaises.',
      'Où vas-tu si tôt, l’œil inquiet, sous cette pluie de juillet ?'
    ],
    passphrase: [
      'Ma voix est à moi, et c’est moi qui décide qui peut s’en servir.',
      'Sept renards argentés sautent à l’aube par-dessus le mur du jardin.'
    ]
  }
};
