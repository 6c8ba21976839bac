"""Small models with random weights, saved as any sentence-transformers model is: real files, real tokenizers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DIM = 32
LENGTH = 48  # tokens that they take at once
CHARACTERS = "养老服务补贴由民政局负责餐饮油烟码头岸电茶园采摘市区县级人民政府财政给予每台元：，。？query passage:"


def save_bert(
    folder: Path,
    *,
    pooling: str = "mean",
    settings: Mapping[str, Any] | None = None,
    layers: int = 1,
    dim: int = DIM,
    heads: int = 2,
    length: int = LENGTH,
) -> Path:
    """A BERT of random weights over single characters in the folder; `settings` go into config_sentence_transformers.json."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(0)
    plain = folder.with_name(folder.name + "-plain")
    plain.mkdir(parents=True)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set(CHARACTERS) - {" "})]
    (plain / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    BertTokenizerFast(vocab=str(plain / "vocab.txt")).save_pretrained(plain)
    BertModel(
        BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=dim,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            intermediate_size=4 * dim,
            max_position_embeddings=length,
            initializer_range=0.5,
        )
    ).save_pretrained(plain)
    model = SentenceTransformer(modules=[Transformer(str(plain)), Pooling(dim, pooling)], device="cpu")
    model.save(str(folder), create_model_card=False)
    file = folder / "config_sentence_transformers.json"
    written = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**written, **(settings or {})}), encoding="utf-8")
    return folder


def save_cross_encoder(folder: Path, *, labels: int = 1) -> Path:
    """A BERT of random weights that gives `labels` numbers for a pair of texts, in the folder."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    torch.manual_seed(1)
    folder.mkdir(parents=True)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set(CHARACTERS) - {" "})]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=DIM,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=4 * DIM,
        max_position_embeddings=LENGTH,
        initializer_range=0.5,
        num_labels=labels,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder
