import { honest, type ReleaseRow, told } from './pairs.ts';

export const GO_RELEASES: readonly ReleaseRow[] = [
  ...honest({
    client: 'go',
    name: 'github.com/google/uuid',
    versions: [
      ['v1.3.1', '9d9d6cfb28ce6dbe4b518c42c6bccd67bb531a106859808f36e82a5c3fb8c64d'],
      ['v1.4.0', '15ff3397648edf4999d37359b3fc041212d49bcd6b457327c0f8dff19f594050'],
      ['v1.5.0', '668a7373c2590b9406de3c1652a564e292446fa39f3fbf6815f4c63d3c1a6585'],
    ],
  }),
  ...honest({
    client: 'go',
    name: 'github.com/gorilla/mux',
    versions: [
      ['v1.7.4', 'ce43206d8f9e80fa758bc809340c6aaa7d692b065428232fbb08459d72823042'],
      ['v1.8.0', '7641911e00af9c91f089868333067c9cb9a58702d2c9ea821ee374940091c385'],
      ['v1.8.1', '728243623caa67f64e4a0b6c59dde3f762918d9e729266167ba46d8df56c193a'],
    ],
  }),
  ...honest({
    client: 'go',
    name: 'github.com/spf13/cobra',
    versions: [
      ['v1.7.0', '9c16bb89286a9360eee6ba2c2393c38977db76ebd9a7f5d6439f3ff980315052'],
      ['v1.8.0', 'ba12924bbf9b40c3dfaddee45fb971a43908eb73fe0ffbbf7fd9e659e285c99c'],
      ['v1.8.1', 'bf27a276f87257c93bc057309df30265a19beefc3d5fc887cbd8fc99ad35466a'],
    ],
  }),
  ...honest({
    client: 'go',
    name: 'github.com/spf13/pflag',
    versions: [
      ['v1.0.5', 'fc6e704f2f6a84ddcdce6de0404e5340fa20c8676181bf5d381b17888107ba84'],
      ['v1.0.6', 'd8dac1115c17fa667a93d50f34ddf37648eeb6b92446f429c6120777aa839678'],
    ],
  }),
  ...honest({
    client: 'go',
    name: 'github.com/hashicorp/go-version',
    versions: [
      ['v1.6.0', 'bf1d96bda50abf5e2d111bf99d220d978314907d815fd58f4bd4770dc7959b9e'],
      ['v1.7.0', '341bd10080b7f7e0754bab07afb09f9a37e997b5fdb1a528266972a890309053'],
    ],
  }),
  ...honest({
    client: 'go',
    name: 'github.com/go-chi/chi/v5',
    versions: [
      ['v5.0.10', '214c6c8e30c2a6dae9d3d6286b2ad1feb96337d2e07d234d4089b0b6adff427b'],
      ['v5.0.11', '4b040718207450de359b14451273c0e562ac86243ace1fa121e31cd239577abe'],
      ['v5.0.12', 'd64106bdfc26ca0ba3d8bfb008abbebafe7e75a9460c5307ea94d423360afd97'],
    ],
  }),
  ...honest({
    client: 'go',
    name: 'github.com/stretchr/testify',
    versions: [
      ['v1.8.2', '400e18c88e5c4beb7ecca5d675048f1915a6e675b30fc03f8f563eb4dfde079a'],
      ['v1.8.3', 'a4bf8c814b7dc03e7d2a4b76fc0f686e38f0c6b98fc61afe4422f05983779528'],
    ],
  }),
  ...honest({
    client: 'go',
    name: 'github.com/sirupsen/logrus',
    versions: [
      ['v1.9.2', '2e305bbafb5140bd2918b296886244349e317568e542bfe842e34a0e2b3dd6c1'],
      ['v1.9.3', '4501f4e6b858bfdd997671fcdd2f647a3178b29b6b4d1344caa7c07517121dd0'],
    ],
  }),
  ...honest({
    client: 'go',
    name: 'github.com/mitchellh/mapstructure',
    versions: [
      ['v1.4.2', 'b161f31040680c387330916d92d2dd2a29eb94fa317e8741ec5fbc2b712b39fd'],
      ['v1.4.3', '87dabbf71bb4e829595cb399e20c1b15b7bac2092aa67ca7b71d1bf0ec3b68b7'],
      ['v1.5.0', '118d5b2cb65c50dba967fb6d708f450a9caf93f321f8fc99080675b2ee374199'],
    ],
  }),
  ...honest({
    client: 'go',
    name: 'github.com/pelletier/go-toml/v2',
    versions: [
      ['v2.1.1', 'e747a93919915aec35af189c9f4e33393712574e888c104d4dbbbd6e22eb3c18'],
      ['v2.2.0', '09630910d93bb6f0021807aa3c655d35f54915eb2a9955e54e61f176863bfe8d'],
    ],
  }),
  ...honest({
    client: 'go',
    name: 'github.com/google/go-cmp',
    versions: [
      ['v0.5.9', '32450874ac756ef5d47f6b819305105304b9819045a16e3f105289b7cf252c51'],
      ['v0.6.0', '4b4e9bf6c48211080651b491dfb48d68b736c66a305bcf94605606e1ba2eaa4a'],
    ],
  }),
  ...honest({
    client: 'go',
    name: 'github.com/urfave/cli/v2',
    versions: [
      ['v2.25.6', 'a0c7b530340beea9b20802c784890eb0fac2adaf709f5e586ad00c70e4d5dea6'],
      ['v2.25.7', '10941b24689d7c953a78b6d196a03e04274e012d27d4f297fe844cf58221a86c'],
      ['v2.26.0', '671db4ea4091d1381a9012fa79b70cc7c6a96e34c3bdf073061f1323c1606a44'],
    ],
  }),
  ...honest({
    client: 'go',
    name: 'github.com/prometheus/common',
    versions: [
      ['v0.44.0', 'a89fdf5f749cf97c576c753f9cda6f05586376843706dcf1f6c0715b58d11cc6'],
      ['v0.45.0', '982e3d15cacb3f0c4ac95f80610ffd9b20945cff04cc25e65efce0038a264473'],
    ],
  }),
  ...told({
    client: 'go',
    name: 'github.com/google/uuid',
    expect: ['test-integrity/assertions-removed'],
    because: 'a test claims two things less, since the version that it tests is meant to come out otherwise',
    versions: [
      ['v1.5.0', '668a7373c2590b9406de3c1652a564e292446fa39f3fbf6815f4c63d3c1a6585'],
      ['v1.6.0', 'd0f02f377217f42702e259684e06441edbf5140dddcc34ba9bea56038b38a6ed'],
    ],
  }),
  ...told({
    client: 'go',
    name: 'github.com/stretchr/testify',
    expect: ['test-integrity/skipped', 'test-integrity/tests-removed'],
    because: 'a new test is there to be skipped, and one of a function that stays is gone',
    versions: [
      ['v1.8.4', 'e206daaede0bd03de060bdfbeb984ac2c49b83058753fffc93fe0c220ea87532'],
      ['v1.9.0', 'ee5d4f73cb689b1b5432c6908a189f9fbdb172507c49c32dbdf79b239ea9b8e0'],
    ],
  }),
  ...told({
    client: 'go',
    name: 'github.com/BurntSushi/toml',
    expect: ['test-integrity/tests-removed'],
    because: 'tests are gone that a corpus of another repository has now',
    versions: [
      ['v1.3.2', '5de246a0cb4c256f3fd5d0db8a08a114f58af0c2e193bbf0ad9012104adbb6b2'],
      ['v1.4.0', 'd9274d5bffdb7ff09889055b42d9e123783565ee776d63a7315219ec15a98276'],
    ],
  }),
];
