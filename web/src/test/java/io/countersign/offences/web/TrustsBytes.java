package io.countersign.offences.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;

abstract class TrustsBytes {

    Object read(InputStream bytes) throws IOException, ClassNotFoundException {
        return new ObjectInputStream(bytes).readObject();
    }
}
