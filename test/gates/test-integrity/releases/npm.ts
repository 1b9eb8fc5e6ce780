import { honest, type ReleaseRow } from './pairs.ts';

export const NPM_RELEASES: readonly ReleaseRow[] = [
  ...honest({
    client: 'npm',
    name: 'qs',
    versions: [
      ['6.11.1', 'a9a0943914ab7aca9cbe3cb66c5aeb0cc08199ade460bf442a636d16e8a241bc'],
      ['6.11.2', 'bc7951d5eb3a27595ca90925d642074910d3627910249489f78f1dc01f8036b7'],
      ['6.12.0', '23ca9ac29a0caf21864f52a450381f592c61903e3948791fe690ee092b4732a1'],
    ],
  }),
  ...honest({
    client: 'npm',
    name: 'object-inspect',
    versions: [
      ['1.13.0', 'b700721a6bd8d43e5ed6e72b5206d81771f94162c1adf7f5702e0133e3b0aeed'],
      ['1.13.1', 'e2dea4f69f107a99c8acb1d006d1e9be2f1ca01615f8fddff76c98d437d2453b'],
    ],
  }),
  ...honest({
    client: 'npm',
    name: 'resolve',
    versions: [
      ['1.22.7', 'd018cf02819d7a0c3ce3339f6b4c39b3cfb3313522e5168cccee2de842dd7c01'],
      ['1.22.8', 'f544b6095ce58250db23955aeaae09508d93b12d1b77e697c7d4818f8a3b6eb0'],
    ],
  }),
  ...honest({
    client: 'npm',
    name: 'minimist',
    versions: [
      ['1.2.7', '29e8a4fda29e4fb148355ba5070c1f0499d234eefb5a01074fb2ac79ff19120e'],
      ['1.2.8', '350a76c115b393c19d24654834261e5dc9f0e8cc5e08f3937fa80140f3e4ce83'],
    ],
  }),
  ...honest({
    client: 'npm',
    name: 'json-stable-stringify',
    versions: [
      ['1.0.2', '41c98d8d8cc8f59385d7ac106a9283ca101ee40ce690f30791b91885de2642ac'],
      ['1.1.0', 'c82d7278f1d7b7b3069eabf1a549c0b10517ec0c6476ffc6617a203038febf2e'],
    ],
  }),
  ...honest({
    client: 'npm',
    name: 'fastify',
    versions: [
      ['4.24.0', '4899e492ce84a6d9ad968b63409cd65b4c3814601ef20076df67e9b20cacd265'],
      ['4.24.1', '8c57a267b7c6bf462d560959b529161356d514421bfc8a60eba71a889886d8fb'],
    ],
  }),
  ...honest({
    client: 'npm',
    name: 'fastify',
    versions: [
      ['4.25.0', '4e59241ae9cba1b6745cad503412f7945b37754cda8ef982350f3089c0129463'],
      ['4.25.1', 'cc3943625e31ab4793273a9647210377c1a6a472432431cb923b568802bfaf8f'],
      ['4.25.2', 'f8a0012f8da4c657e2d603335ad4849cbec72f166e94629b097a1c868ee9d577'],
      ['4.26.0', 'e10345b32512b8ff1d490b64f9dbb6d54ffedea167509bbeda00ddbcd2e0266e'],
    ],
  }),
  ...honest({
    client: 'npm',
    name: 'pino',
    versions: [
      ['8.14.0', '3f12eae7059ed4595d5532dfeb9e93f382c09bd9647cac894ee2cb7fffbe919d'],
      ['8.15.0', 'd5408a3a7d79f3bafaf5e0ca9ee58917020f9d689f666c89d178d0ad74c7f705'],
      ['8.16.0', '64b886a16e4fb8c4296f03bcb2395aa323e66adbc74adb3fd9c8fcdc5e1ddc0b'],
    ],
  }),
  ...honest({
    client: 'npm',
    name: 'find-my-way',
    versions: [
      ['7.6.0', '116061ea67c2bd98ac38e063fe9ff26331016ff67a1a43487062599fb4a3c0ea'],
      ['7.6.2', 'b60c3ba3cfde3e0c9c06b1352ea4ad142f8e5a96a22753e3069871d319160c47'],
      ['7.7.0', '7d3c74da2d4071c7027271eba92cab47deba642016e9396b50528f14b78f086d'],
    ],
  }),
  ...honest({
    client: 'npm',
    name: 'fastq',
    versions: [
      ['1.15.0', '5cea29fedceb5f58e0cd30417d2ac181ea2a5fbf1e3077db8927d98a86535512'],
      ['1.16.0', 'eb0b8166c79087697c39e78e407277a3144209f3f2b94a1cff8acab0e650af62'],
    ],
  }),
  ...honest({
    client: 'npm',
    name: 'light-my-request',
    versions: [
      ['5.10.0', '42671f8af266066568420a1c15bbcb1e385a9c4b4f07a87325a2cd40f3e08dc1'],
      ['5.11.0', '602797c4d7174a988ce758aa0cd3689b3b03659cb01db2a09f76a0abd2a51566'],
    ],
  }),
  ...honest({
    client: 'npm',
    name: 'fast-json-stringify',
    versions: [
      ['5.8.0', 'a76b0bdcd4774e6cd05e476cebeb057ebc42182aa104ed88f5ca656d12187154'],
      ['5.9.0', '1263be02065597a25edeea8a7ef25b39a451308a2e85ce84ab3a22a281278772'],
      ['5.9.1', '4d242f4bc815cbbe291c5790c371de06dfd036cbeeb6a1c3861c8d10536a0537'],
    ],
  }),
  ...honest({
    client: 'npm',
    name: 'avvio',
    versions: [
      ['8.2.1', '7477db943b957ebeb19624b3c0f67f40ec010b7baefa3d91c71aa4188235f36f'],
      ['8.3.0', '04a64acfd576e52a53916c9d82c7ccebe22582595ae9601734aa2450c209659a'],
    ],
  }),
  ...honest({
    client: 'npm',
    name: 'zod',
    versions: [
      ['4.0.5', 'e94b4391298a2dff5bdf6afaddf3484a6720a3127b0305ee2b8a009ada6bb082'],
      ['4.0.10', '781cd7b7bb5cfc136f2547070f26a410ac86f7af45843d7fe9812330ea630ef1'],
      ['4.0.17', '50be4cb515207f8b4d53c3d7eb0aac2c94bb040b0c87282b5dcfb89e9164a69b'],
      ['4.1.0', 'e5db628fc14c395bdd1f93ffa8df73d638670f4215434356feb0b5c10598a2f7'],
    ],
  }),
];
